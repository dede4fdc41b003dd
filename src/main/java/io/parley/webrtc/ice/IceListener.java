package io.parley.webrtc.ice;

/// Hears what happens to an agent. Must not call back into the agent.
@FunctionalInterface
public interface IceListener {
    void onIceEvent(IceEvent event);
}
