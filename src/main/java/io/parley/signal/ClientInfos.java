package io.parley.signal;

import java.util.Locale;
import livekit.LivekitModels.ClientInfo;
import livekit.LivekitModels.ClientInfo.Capability;
import livekit.LivekitModels.ClientInfo.SDK;

/// What we know about a client: from its query parameters, completed from its User-Agent.
final class ClientInfos {
    /// Newer than the generated classes.
    private static final int CAP_COMPRESSION_DEFLATE_RAW = 2;

    private ClientInfos() {}

    static ClientInfo fromQuery(ConnectRequest request) {
        var info =
                ClientInfo.newBuilder()
                        .setSdk(sdk(request.parameter("sdk")))
                        .setVersion(request.parameter("version"))
                        .setProtocol(number(request.parameter("protocol")))
                        .setClientProtocol(number(request.parameter("client_protocol")))
                        .setOs(request.parameter("os"))
                        .setOsVersion(request.parameter("os_version"))
                        .setDeviceModel(request.parameter("device_model"))
                        .setBrowser(request.parameter("browser"))
                        .setBrowserVersion(request.parameter("browser_version"))
                        .setNetwork(request.parameter("network"));
        for (String name : request.parameter("capabilities").split(",", -1)) {
            addCapability(info, name.strip());
        }
        return info.build();
    }

    /// Fills in the address, and what the User-Agent tells for clients that may run in a browser.
    static void augment(ClientInfo.Builder info, String userAgent, String address) {
        info.setAddress(address);
        boolean mayBeBrowser =
                switch (info.getSdk()) {
                    case JS, REACT_NATIVE, FLUTTER, UNITY, UNKNOWN -> true;
                    default -> false;
                };
        if (!mayBeBrowser || userAgent.isEmpty()) {
            return;
        }
        var agent = UserAgent.parse(userAgent);
        if (info.getBrowser().isEmpty()) {
            info.setBrowser(agent.browser()).setBrowserVersion(agent.browserVersion());
        }
        if (info.getOs().isEmpty()) {
            info.setOs(agent.os()).setOsVersion(agent.osVersion());
        }
        if (info.getDeviceModel().isEmpty()) {
            info.setDeviceModel(agent.device());
        }
    }

    private static void addCapability(ClientInfo.Builder info, String name) {
        switch (name) {
            case "CAP_PACKET_TRAILER" -> info.addCapabilities(Capability.CAP_PACKET_TRAILER);
            case "CAP_COMPRESSION_DEFLATE_RAW" ->
                    info.addCapabilitiesValue(CAP_COMPRESSION_DEFLATE_RAW);
            default -> {
                // Unknown names are skipped.
            }
        }
    }

    private static SDK sdk(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "js" -> SDK.JS;
            case "ios", "swift" -> SDK.SWIFT;
            case "android" -> SDK.ANDROID;
            case "flutter" -> SDK.FLUTTER;
            case "go" -> SDK.GO;
            case "unity" -> SDK.UNITY;
            case "reactnative" -> SDK.REACT_NATIVE;
            case "rust" -> SDK.RUST;
            case "python" -> SDK.PYTHON;
            case "cpp" -> SDK.CPP;
            case "unityweb" -> SDK.UNITY_WEB;
            case "node" -> SDK.NODE;
            case "esp32" -> SDK.ESP32;
            default -> SDK.UNKNOWN;
        };
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException _) {
            return 0;
        }
    }
}
