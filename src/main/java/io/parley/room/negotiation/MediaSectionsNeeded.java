package io.parley.room.negotiation;

/// How many receiving sections the client has to add; 0/0 only asks it to offer again.
public record MediaSectionsNeeded(int audios, int videos) {}
