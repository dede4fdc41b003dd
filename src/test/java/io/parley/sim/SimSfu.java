package io.parley.sim;

import io.parley.sfu.forward.Forwarder;
import io.parley.sfu.receive.ReceiveSettings;
import io.parley.sfu.receive.Source;
import io.parley.sfu.receive.SourceListener;
import io.parley.sfu.receive.StreamRouter;
import io.parley.sfu.send.PacketSink;
import io.parley.sfu.send.SendListener;
import io.parley.sfu.send.SendRouter;
import io.parley.webrtc.ortc.LayerWish;
import io.parley.webrtc.ortc.RtpReceiveParameters;
import io.parley.webrtc.ortc.RtpSendParameters;
import io.parley.webrtc.ortc.SendId;
import io.parley.webrtc.ortc.SourceId;
import io.parley.webrtc.rtp.RtpPacket;
import java.util.HashMap;
import java.util.Map;

/// The forwarding core between simulated transports: one publisher, many subscribers.
final class SimSfu {
    final SimNetwork network;
    final Publisher publisher;
    final Map<Integer, Boolean> live = new HashMap<>();
    Source source;

    SimSfu(SimNetwork network, String address, RtpReceiveParameters parameters) {
        this.network = network;
        this.publisher = new Publisher(address);
        this.source = publisher.router.configure(parameters);
    }

    /// The server's side of the publisher's connection.
    final class Publisher implements SimTransport.Listener, SimNetwork.Actor, SourceListener {
        final SimTransport transport;
        final StreamRouter router;
        final RtpPacket packet = new RtpPacket();

        Publisher(String address) {
            transport = new SimTransport(network, address, false, this);
            router =
                    new StreamRouter(
                            ReceiveSettings.DEFAULTS,
                            transport::sendRtcp,
                            this,
                            network.random.nextInt());
            network.add(this);
        }

        @Override
        public void onRtp(long nowNs, byte[] bytes, int length) {
            if (packet.wrap(bytes, 0, length) == null) {
                router.onRtp(nowNs, packet);
            }
        }

        @Override
        public void onRtcp(long nowNs, byte[] bytes, int length) {
            router.onRtcp(nowNs, bytes, 0, length);
        }

        @Override
        public long nextWakeNs() {
            return router.nextWakeNs();
        }

        @Override
        public void onTime(long nowNs) {
            router.onTime(nowNs);
        }

        @Override
        public void onLayerStarted(
                SourceId id, int spatialLayer, String mimeType, int ssrc, String rid) {
            live.put(spatialLayer, true);
        }

        @Override
        public void onSsrcLearned(SourceId id, int spatialLayer, int ssrc, int rtxSsrc) {}

        @Override
        public void onLayerStopped(SourceId id, int spatialLayer) {
            live.put(spatialLayer, false);
        }

        @Override
        public void onVideoSizeChanged(SourceId id, int spatialLayer, int width, int height) {}

        @Override
        public void onAudioLevelChanged(SourceId id, double level) {}
    }

    /// The server's side of a subscriber's connection.
    final class Subscriber
            implements SimTransport.Listener, SimNetwork.Actor, PacketSink, SendListener {
        final SimTransport transport;
        final SendRouter router;
        final Forwarder forwarder;
        boolean started;

        Subscriber(String address, RtpSendParameters parameters, LayerWish wish) {
            transport = new SimTransport(network, address, false, this);
            router = new SendRouter(this, this, network.random);
            forwarder =
                    new Forwarder(
                            network.nowNs,
                            router.add(parameters),
                            source,
                            wish,
                            router.allocator());
            network.add(this);
        }

        @Override
        public void onRtcp(long nowNs, byte[] bytes, int length) {
            router.onRtcp(nowNs, bytes, 0, length);
        }

        @Override
        public long nextWakeNs() {
            return router.nextWakeNs();
        }

        @Override
        public void onTime(long nowNs) {
            router.onTime(nowNs);
        }

        @Override
        public void sendRtp(
                byte[] head,
                int rtpHeader,
                int headLength,
                byte[] payload,
                int offset,
                int length) {
            transport.sendRtp(head, rtpHeader, headLength, payload, offset, length);
        }

        @Override
        public void sendRtcp(byte[] buffer, int offset, int length) {
            transport.sendRtcp(buffer, offset, length);
        }

        @Override
        public void onSendStarted(SendId id) {
            started = true;
        }

        @Override
        public void onSendUnsupported(SendId id, String mimeType) {
            throw new AssertionError("VP8 is unsupported");
        }
    }
}
