package io.kvops.wire;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Decodes one message. As in protobuf, fields may come in any order, and of a field that should be there once the last one
 * counts. Lists are unmodifiable by contract only: they are handed out as they were built.
 */
final class MessageDecoder {
    private final ProtoReader in;

    MessageDecoder(ProtoReader in) {
        this.in = in;
    }

    Message decode() throws WireException {
        Message message = null;
        int unknown = 0;
        for (int field = in.next(); field != 0; field = in.next()) {
            if (!isKnown(field)) {
                unknown = field;
                in.skip();
                continue;
            }
            int outer = in.enter("message");
            message = body(field);
            in.exit(outer);
        }
        return message == null ? new Unknown(unknown) : message;
    }

    private static boolean isKnown(int field) {
        return field == Fields.HELLO
                || field == Fields.FRAME
                || field == Fields.WELCOME
                || field == Fields.ACK
                || field == Fields.REFUSAL
                || field == Fields.CONFIGURED
                || field == Fields.CONFIGURE
                || field == Fields.PACE;
    }

    private Message body(int field) throws WireException {
        switch (field) {
            case Fields.HELLO:
                return hello();
            case Fields.FRAME:
                return new FrameDecoder(in).frame();
            case Fields.WELCOME:
                return welcome();
            case Fields.ACK:
                return ack();
            case Fields.CONFIGURED:
                return configured();
            case Fields.CONFIGURE:
                return configure();
            case Fields.PACE:
                return pace();
            default:
                return refusal();
        }
    }

    private Hello hello() throws WireException {
        int protocol = 0;
        List<String> capabilities = new ArrayList<>();
        String token = "";
        Source source = null;
        long startMillis = 0;
        String agentVersion = "";
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1:
                    protocol = in.unsigned("protocol", Integer.MAX_VALUE);
                    break;
                case 2:
                    checkRoom(in, capabilities.size(), Fields.MAX_ENTRIES, "capabilities");
                    capabilities.add(in.string("capability"));
                    break;
                case 3:
                    token = in.string("token");
                    break;
                case 4:
                    source = source(in);
                    break;
                case 5:
                    startMillis = in.signed("start");
                    break;
                case 6:
                    agentVersion = in.string("agent version");
                    break;
                default:
                    in.skip();
            }
        }
        return new Hello(
                protocol, capabilities, token, required(in, source, "hello", "source"), startMillis, agentVersion);
    }

    private Welcome welcome() throws WireException {
        int protocol = 0;
        List<String> capabilities = new ArrayList<>();
        int maxFrameBytes = 0;
        Map<String, String> config = new LinkedHashMap<>();
        long configVersion = 0;
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1:
                    protocol = in.unsigned("protocol", Integer.MAX_VALUE);
                    break;
                case 2:
                    checkRoom(in, capabilities.size(), Fields.MAX_ENTRIES, "capabilities");
                    capabilities.add(in.string("capability"));
                    break;
                case 3:
                    maxFrameBytes = in.unsigned("max frame bytes", Integer.MAX_VALUE);
                    break;
                case 4:
                    checkRoom(in, config.size(), Fields.MAX_ENTRIES, "config");
                    configEntry(config);
                    break;
                case 5:
                    configVersion = in.unsigned("config version");
                    break;
                default:
                    in.skip();
            }
        }
        return new Welcome(protocol, capabilities, maxFrameBytes, config, configVersion);
    }

    private void configEntry(Map<String, String> config) throws WireException {
        String name = "";
        String value = "";
        int outer = in.enter("config");
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1:
                    name = in.string("config name");
                    break;
                case 2:
                    value = in.string("config value");
                    break;
                default:
                    in.skip();
            }
        }
        in.exit(outer);
        config.put(name, value);
    }

    private Ack ack() throws WireException {
        long high = 0;
        long low = 0;
        long sequence = 0;
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1:
                    high = in.fixed64("agent id");
                    break;
                case 2:
                    low = in.fixed64("agent id");
                    break;
                case 3:
                    sequence = in.unsigned("sequence");
                    break;
                default:
                    in.skip();
            }
        }
        return new Ack(new UUID(high, low), sequence);
    }

    private Refusal refusal() throws WireException {
        int kind = 0;
        String message = "";
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1:
                    kind = in.unsigned("refusal kind", Integer.MAX_VALUE);
                    break;
                case 2:
                    message = in.string("refusal message");
                    break;
                default:
                    in.skip();
            }
        }
        return new Refusal(Refusal.Kind.ofCode(kind), message);
    }

    private Configured configured() throws WireException {
        long version = 0;
        List<String> problems = new ArrayList<>();
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1:
                    version = in.unsigned("config version");
                    break;
                case 2:
                    checkRoom(in, problems.size(), Fields.MAX_ENTRIES, "problems");
                    problems.add(in.string("problem"));
                    break;
                default:
                    in.skip();
            }
        }
        return new Configured(version, problems);
    }

    private Configure configure() throws WireException {
        long version = 0;
        Map<String, String> options = new LinkedHashMap<>();
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1:
                    version = in.unsigned("config version");
                    break;
                case 2:
                    checkRoom(in, options.size(), Fields.MAX_ENTRIES, "config");
                    configEntry(options);
                    break;
                default:
                    in.skip();
            }
        }
        return new Configure(version, options);
    }

    private Pace pace() throws WireException {
        long intervalMillis = 0;
        for (int field = in.next(); field != 0; field = in.next()) {
            if (field == 1) {
                intervalMillis = in.unsigned("pace");
            } else {
                in.skip();
            }
        }
        return new Pace(intervalMillis);
    }

    static Source source(ProtoReader in) throws WireException {
        long high = 0;
        long low = 0;
        String service = "";
        String instance = "";
        String host = "";
        long pid = 0;
        String jvm = "";
        int outer = in.enter("source");
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1:
                    high = in.fixed64("agent id");
                    break;
                case 2:
                    low = in.fixed64("agent id");
                    break;
                case 3:
                    service = in.string("service");
                    break;
                case 4:
                    instance = in.string("instance");
                    break;
                case 5:
                    host = in.string("host");
                    break;
                case 6:
                    pid = in.unsigned("pid");
                    break;
                case 7:
                    jvm = in.string("jvm");
                    break;
                default:
                    in.skip();
            }
        }
        in.exit(outer);
        return new Source(new UUID(high, low), service, instance, host, pid, jvm);
    }

    static <T> T required(ProtoReader in, @Nullable T value, String message, String field) throws WireException {
        if (value == null) {
            throw in.malformed(message + " without " + field);
        }
        return value;
    }

    static void checkRoom(ProtoReader in, int size, int max, String what) throws WireException {
        if (size >= max) {
            throw in.malformed("more than " + max + " entries in " + what);
        }
    }
}
