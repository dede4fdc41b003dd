package io.parley.room;

import io.parley.media.PeerCommand;
import java.util.ArrayDeque;
import java.util.Deque;

/// One participant's end of the data channels. Reliable messages that come between JOINED and the
/// opening of its channel wait here (§10 #4), and their senders with them before there are too
/// many. Owned by its participant.
final class DataChannels {
    static final int MAX_WAITING_BYTES = 1 << 20;
    static final int HIGH_WATER_BYTES = 256 << 10;

    private final Participant participant;
    private final Deque<byte[]> waiting = new ArrayDeque<>();
    private int waitingBytes;
    private int lastSequence;
    private boolean paused;

    DataChannels(Participant participant) {
        this.participant = participant;
    }

    /// False if there was no room for it.
    boolean sendReliable(byte[] packet) {
        if (participant.negotiation().canSend(DataRouter.RELIABLE)) {
            send(DataRouter.RELIABLE, packet);
            return true;
        }
        if (waitingBytes + packet.length > MAX_WAITING_BYTES) {
            return false;
        }
        waiting.add(packet);
        waitingBytes += packet.length;
        return true;
    }

    /// What waits for the channel fills up.
    boolean isFilling() {
        return waitingBytes > HIGH_WATER_BYTES;
    }

    /// Only to those who are fully there.
    boolean sendLossy(byte[] packet) {
        boolean can = participant.isActive() && participant.negotiation().canSend(DataRouter.LOSSY);
        if (can) {
            send(DataRouter.LOSSY, packet);
        }
        return can;
    }

    void sendDataTrack(byte[] packet) {
        if (participant.negotiation().canSend(DataRouter.DATA_TRACK)) {
            send(DataRouter.DATA_TRACK, packet);
        }
    }

    void onReliableOpened() {
        while (!waiting.isEmpty()) {
            send(DataRouter.RELIABLE, waiting.poll());
        }
        waitingBytes = 0;
    }

    /// The command takes the array, and others get the same packet: each its copy.
    private void send(String label, byte[] packet) {
        participant.negotiation().toPrimary(new PeerCommand.SendData(label, true, packet.clone()));
    }

    /// False for one that was seen before; 0 is not counted.
    boolean takesSequence(int sequence) {
        if (sequence == 0) {
            return true;
        }
        if (Integer.compareUnsigned(sequence, lastSequence) <= 0) {
            return false;
        }
        lastSequence = sequence;
        return true;
    }

    /// As another node knew it: what the client sends again from there is dropped where it was
    /// seen.
    void takeOver(int sequence) {
        lastSequence = sequence;
    }

    int lastSequence() {
        return lastSequence;
    }

    /// What this participant sends is held back, or taken again.
    void pause(boolean pause) {
        if (paused != pause) {
            paused = pause;
            participant.negotiation().toPublisher(new PeerCommand.PauseData(pause));
        }
    }

    boolean isPaused() {
        return paused;
    }
}
