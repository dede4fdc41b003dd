package io.parley.room;

import io.parley.room.negotiation.EnabledCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import livekit.LivekitModels.ClientConfigSetting;
import livekit.LivekitModels.ClientConfiguration;
import livekit.LivekitModels.Codec;
import livekit.LivekitModels.DisabledCodecs;

/// What a client is told not to do, by the static rules of signal.md §3.6 and §11. Immutable.
final class ClientConfigurations {
    private final List<String> disabled = new ArrayList<>();
    private final List<String> disabledForPublish = new ArrayList<>();
    private final boolean forceRelay;

    ClientConfigurations(ClientTraits client, boolean forceRelay) {
        this.forceRelay = forceRelay;
        if (client.isSafari()) {
            disabled.add("video/AV1");
            if (client.isBrowserNewerThan(18, 3)) {
                disabledForPublish.add("video/VP9");
            }
        }
        boolean brokenDevice = client.isDevice("2201117ti") || client.isDevice("xiaomi 2201117ti");
        boolean brokenAndroid = brokenDevice && client.isOs("android");
        boolean firefoxAndroid = client.isFirefox() && client.isOs("android");
        boolean firefoxLinux = client.isFirefox() && client.isOs("linux");
        if (brokenAndroid || firefoxAndroid || firefoxLinux) {
            disabledForPublish.add("video/H264");
        }
    }

    /// Empty when no rule matches.
    Optional<ClientConfiguration> told() {
        if (disabled.isEmpty() && disabledForPublish.isEmpty() && !forceRelay) {
            return Optional.empty();
        }
        var told = ClientConfiguration.newBuilder();
        if (!disabled.isEmpty() || !disabledForPublish.isEmpty()) {
            var codecs = DisabledCodecs.newBuilder();
            disabled.forEach(mime -> codecs.addCodecs(Codec.newBuilder().setMime(mime)));
            disabledForPublish.forEach(mime -> codecs.addPublish(Codec.newBuilder().setMime(mime)));
            told.setDisabledCodecs(codecs);
        }
        if (forceRelay) {
            told.setForceRelay(ClientConfigSetting.ENABLED);
        }
        return Optional.of(told.build());
    }

    List<EnabledCodec> publishable(List<EnabledCodec> codecs) {
        return codecs.stream().filter(codec -> mayPublish(codec.mimeType())).toList();
    }

    List<EnabledCodec> subscribable(List<EnabledCodec> codecs) {
        return codecs.stream().filter(codec -> !isIn(disabled, codec.mimeType())).toList();
    }

    boolean mayPublish(String mime) {
        return !isIn(disabled, mime) && !isIn(disabledForPublish, mime);
    }

    private static boolean isIn(List<String> mimes, String mime) {
        return mimes.stream().anyMatch(mime::equalsIgnoreCase);
    }
}
