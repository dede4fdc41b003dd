package io.parley.webrtc.srtp;

/// Prints the back-end that a JVM with other options chooses, once it has sealed and opened.
final class BackendInUse {
    private BackendInUse() {}

    public static void main(String[] args) {
        SrtpFactory.warmUp();
        System.out.println(SrtpFactory.backend());
    }
}
