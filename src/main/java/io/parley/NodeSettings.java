package io.parley;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.parley.api.ApiSettings;
import io.parley.cluster.NodeSelectorSettings;
import io.parley.config.Config;
import io.parley.config.ConfigException;
import io.parley.media.AddressFilter;
import io.parley.media.ExternalAddress;
import io.parley.media.LocalAddresses;
import io.parley.media.MediaSettings;
import io.parley.room.RoomPresets;
import io.parley.room.RoomSettings;
import io.parley.sfu.receive.ReceiveSettings;
import io.parley.signal.HttpSettings;
import io.parley.signal.InboundLimits;
import io.parley.signal.SignalSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import livekit.LivekitModels.Codec;
import livekit.LivekitModels.PlayoutDelay;
import livekit.LivekitRoom.RoomConfiguration;

/// Turns the configuration into the settings record of each part.
final class NodeSettings {
    private static final List<String> LOOPBACK = List.of("127.0.0.1", "::1");

    /// LiveKit's defaults (server.md §6): asked only for `use_external_ip` without servers of one's
    /// own.
    private static final List<String> PUBLIC_STUN_SERVERS =
            List.of(
                    "global.stun.twilio.com:3478",
                    "stun.l.google.com:19302",
                    "stun1.l.google.com:19302");

    private static final Duration JOIN_TIMEOUT = Duration.ofSeconds(12);

    private final Launch launch;
    private final Config config;
    private final List<InetAddress> advertised;

    NodeSettings(Launch launch) {
        this.launch = launch;
        this.config = launch.config();
        this.advertised = findAdvertised();
    }

    HttpSettings http() {
        return new HttpSettings(
                bindAddresses(),
                config.integer("port"),
                limit("limit.max_api_request_body_size"),
                limit("limit.signal_message_size_limit"));
    }

    /// 0 in the settings means no limit.
    private int limit(String key) {
        int limit = config.integer(key);
        return limit <= 0 ? Integer.MAX_VALUE : limit;
    }

    private List<String> bindAddresses() {
        if (!launch.bindsLoopback()) {
            return config.texts("bind_addresses");
        }
        return LOOPBACK.stream().filter(NodeSettings::isLocal).toList();
    }

    /// Machines without IPv6 have no `::1` to bind.
    private static boolean isLocal(String address) {
        try {
            return NetworkInterface.getByInetAddress(InetAddress.getByName(address)) != null;
        } catch (IOException _) {
            return false;
        }
    }

    SignalSettings signal() {
        SignalSettings defaults = SignalSettings.DEFAULTS;
        return new SignalSettings(
                config.flag("room.auto_create"),
                limit("limit.max_room_name_length"),
                limit("limit.max_participant_identity_length"),
                limit("limit.max_metadata_size"),
                limit("limit.max_attributes_size"),
                limit("limit.signal_message_size_limit"),
                JOIN_TIMEOUT,
                defaults.pingInterval(),
                defaults.idleTimeout(),
                defaults.outboundMessages(),
                defaults.outboundBytes(),
                InboundLimits.of(limit("limit.signal_message_size_limit")));
    }

    ApiSettings api() {
        return new ApiSettings(
                limit("limit.max_room_name_length"),
                limit("limit.max_participant_name_length"),
                limit("limit.max_metadata_size"),
                limit("limit.max_attributes_size"),
                limit("limit.max_api_request_body_size"),
                config.duration("room.create_room_timeout"));
    }

    RoomSettings room(String nodeId) {
        RoomSettings defaults = RoomSettings.defaults(nodeId, config.text("region"));
        return new RoomSettings(
                defaults.server(),
                new IceServerSettings(config, launch.files()).servers(),
                presets(),
                new RoomSettings.Defaults(
                        Duration.ofSeconds(config.number("room.empty_timeout")),
                        Duration.ofSeconds(config.number("room.departure_timeout")),
                        config.integer("room.max_participants"),
                        codecs(),
                        config.flag("room.sync_streams"),
                        PlayoutDelay.newBuilder()
                                .setEnabled(config.flag("room.playout_delay.enabled"))
                                .setMin(config.integer("room.playout_delay.min"))
                                .setMax(config.integer("room.playout_delay.max"))
                                .build()),
                new RoomSettings.Limits(
                        limit("limit.max_metadata_size"),
                        limit("limit.max_attributes_size"),
                        limit("limit.max_participant_name_length"),
                        limit("limit.max_data_track_custom_encoding_length"),
                        config.integer("limit.subscription_limit_video"),
                        config.integer("limit.subscription_limit_audio"),
                        config.integer("room.update_batch_target_size")),
                new RoomSettings.Media(
                        Duration.ofMillis(config.number("audio.update_interval")),
                        defaults.media().qualityInterval(),
                        config.duration("video.dynacast_pause_delay"),
                        config.flag("rtc.allow_tcp_fallback") && config.integer("rtc.tcp_port") > 0,
                        config.integer("video.codec_regression_threshold")),
                new RoomSettings.Switches(
                        config.flag("enable_data_tracks"),
                        config.flag("room.enable_remote_unmute"),
                        launch.dev(),
                        config.flag("rtc.reconnect_on_subscription_error"),
                        config.flag("rtc.reconnect_on_data_channel_error"),
                        config.flag("rtc.use_ice_lite")));
    }

    private RoomPresets presets() {
        Map<String, RoomConfiguration> presets = new LinkedHashMap<>();
        config.documents("room.room_configurations")
                .forEach((name, json) -> presets.put(name, preset(name, json)));
        return new RoomPresets(presets);
    }

    /// Fields are named as in protobuf's JSON: as in the API's, in either spelling.
    private RoomConfiguration preset(String name, String json) {
        var preset = RoomConfiguration.newBuilder();
        var parser = JsonFormat.parser();
        try {
            (config.isStrict() ? parser : parser.ignoringUnknownFields()).merge(json, preset);
        } catch (InvalidProtocolBufferException e) {
            throw new ConfigException("room.room_configurations." + name + ": " + e.getMessage());
        }
        return preset.build();
    }

    private List<Codec> codecs() {
        return config.records("room.enabled_codecs").stream()
                .map(codec ->
                        Codec.newBuilder()
                                .setMime(codec.getOrDefault("mime", ""))
                                .setFmtpLine(codec.getOrDefault("fmtp_line", ""))
                                .build())
                .toList();
    }

    NodeSelectorSettings nodeSelector() {
        try {
            return new NodeSelectorSettings(
                    word("node_selector.kind", NodeSelectorSettings.Kind.class),
                    word("node_selector.sort_by", NodeSelectorSettings.SortBy.class),
                    word("node_selector.algorithm", NodeSelectorSettings.Algorithm.class),
                    config.decimal("node_selector.cpu_load_limit"),
                    config.decimal("node_selector.sysload_limit"),
                    new NodeSelectorSettings.Limits(
                            config.integer("limit.num_tracks"),
                            config.number("limit.bytes_per_sec")),
                    config.text("region"),
                    config.records("node_selector.regions").stream()
                            .map(NodeSettings::region)
                            .toList());
        } catch (IllegalArgumentException e) {
            throw new ConfigException("node_selector: " + e.getMessage());
        }
    }

    private <E extends Enum<E>> E word(String key, Class<E> words) {
        String text = config.text(key);
        for (E word : words.getEnumConstants()) {
            if (word.name().toLowerCase(Locale.ROOT).equals(text)) {
                return word;
            }
        }
        String known =
                Arrays.stream(words.getEnumConstants())
                        .map(word -> word.name().toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining(", "));
        throw new ConfigException("%s must be one of %s, not %s".formatted(key, known, text));
    }

    private static NodeSelectorSettings.Region region(Map<String, String> parts) {
        return new NodeSelectorSettings.Region(
                parts.getOrDefault("name", ""), degrees(parts, "lat"), degrees(parts, "lon"));
    }

    private static double degrees(Map<String, String> parts, String name) {
        try {
            return Double.parseDouble(parts.getOrDefault(name, ""));
        } catch (NumberFormatException _) {
            throw new ConfigException(
                    "node_selector.regions: %s of %s must be a number of degrees"
                            .formatted(name, parts.getOrDefault("name", "a region")));
        }
    }

    MediaSettings media() {
        int tcpPort = config.integer("rtc.tcp_port");
        return new MediaSettings(
                UdpPorts.of(config).toOpen(),
                tcpPort == 0 ? MediaSettings.NO_TCP : tcpPort,
                List.of(),
                advertised,
                config.flag("rtc.force_tcp"),
                receive());
    }

    private ReceiveSettings receive() {
        ReceiveSettings defaults = ReceiveSettings.DEFAULTS;
        return new ReceiveSettings(
                ring(defaults.videoRing(), config.integer("rtc.packet_buffer_size_video")),
                ring(defaults.audioRing(), config.integer("rtc.packet_buffer_size_audio")),
                defaults.nack(),
                new ReceiveSettings.PliThrottle(
                        config.duration("rtc.pli_throttle.low_quality"),
                        config.duration("rtc.pli_throttle.mid_quality"),
                        config.duration("rtc.pli_throttle.high_quality")),
                new ReceiveSettings.Audio(
                        config.integer("audio.active_level"),
                        config.integer("audio.min_percentile"),
                        Duration.ofMillis(config.number("audio.update_interval")),
                        config.integer("audio.smooth_intervals")));
    }

    private static ReceiveSettings.RingSize ring(ReceiveSettings.RingSize usual, int most) {
        return new ReceiveSettings.RingSize(Math.min(usual.start(), most), most);
    }

    private List<InetAddress> findAdvertised() {
        try {
            String nodeIp = config.text("rtc.node_ip");
            if (!nodeIp.isEmpty()) {
                List<InetAddress> addresses = new ArrayList<>();
                for (String address : nodeIp.split(",", -1)) {
                    addresses.add(InetAddress.getByName(address.strip()));
                }
                return addresses;
            }
            List<InetAddress> own =
                    LocalAddresses.advertisable(
                            launch.dev() || config.flag("rtc.enable_loopback_candidate"),
                            addressFilter());
            return config.flag("rtc.use_external_ip") ? withExternal(own) : own;
        } catch (UnknownHostException e) {
            throw new ConfigException("rtc.node_ip: no such address " + e.getMessage());
        } catch (IOException e) {
            throw new ConfigException("cannot list this machine's addresses: " + e.getMessage());
        }
    }

    /// The external address first: behind NAT it is the one that works from outside.
    private List<InetAddress> withExternal(List<InetAddress> own) {
        List<String> servers = config.texts("rtc.stun_servers");
        Optional<InetAddress> external =
                ExternalAddress.discover(servers.isEmpty() ? PUBLIC_STUN_SERVERS : servers);
        if (external.isEmpty()) {
            throw new ConfigException(
                    "rtc.use_external_ip: no STUN server told this node's address; set rtc.node_ip"
                            + " or rtc.stun_servers");
        }
        List<InetAddress> addresses = new ArrayList<>(List.of(external.get()));
        if (!config.flag("rtc.external_ip_only")) {
            own.stream().filter(each -> !addresses.contains(each)).forEach(addresses::add);
        }
        return addresses;
    }

    private AddressFilter addressFilter() {
        try {
            return new AddressFilter(
                    config.texts("rtc.interfaces.includes"),
                    config.texts("rtc.interfaces.excludes"),
                    config.texts("rtc.ips.includes"),
                    config.texts("rtc.ips.excludes"));
        } catch (IllegalArgumentException e) {
            throw new ConfigException("rtc.ips: " + e.getMessage());
        }
    }

    /// What other machines call this node, for lists and logs.
    String nodeIp() {
        return advertised.getFirst().getHostAddress();
    }
}
