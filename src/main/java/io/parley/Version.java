package io.parley;

/// Our own version, and the LiveKit release whose behaviour clients may expect of us.
final class Version {
    /// Clients switch features on by it (signal.md §9.5): a plain three-number version.
    static final String LIVEKIT = "1.13.5";

    private Version() {}

    static String current() {
        String packed = Version.class.getPackage().getImplementationVersion();
        return packed == null ? "development" : packed;
    }
}
