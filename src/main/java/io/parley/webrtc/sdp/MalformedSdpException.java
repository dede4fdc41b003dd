package io.parley.webrtc.sdp;

/// A description that cannot be read. `line` counts from 1; 0 means the description as a whole.
public final class MalformedSdpException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int line;
    private final String problem;

    public MalformedSdpException(int line, String problem) {
        super(line > 0 ? "line " + line + ": " + problem : problem);
        this.line = line;
        this.problem = problem;
    }

    public int line() {
        return line;
    }

    MalformedSdpException at(int otherLine) {
        return new MalformedSdpException(otherLine, problem);
    }
}
