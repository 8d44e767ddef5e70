package io.kvops.stores.data.redis;

import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import io.kvops.stores.data.ChangeFeed;
import io.kvops.stores.data.ChangeSink;
import io.kvops.stores.data.ChangesLostException;
import io.kvops.stores.data.FeedOptions;
import io.kvops.stores.data.Lag;
import io.kvops.stores.data.Slice;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which keys of one database change, by the replication log. Positions are {@code REPLID OFFSET DB}. For one thread. */
final class RedisFeed implements ChangeFeed {
    private static final Pattern POSITION = Pattern.compile("([0-9a-zA-Z]+) (\\d{1,19}) (-?\\d{1,9})");
    private static final int MAX_COMMANDS = 4_096;
    private static final int UNKNOWN_DB = -1;

    private final RedisStore source;
    private final ReplicaStream stream;
    private final SourceLook look;
    private int db = UNKNOWN_DB;
    private boolean begun;

    RedisFeed(RedisStore source, FeedOptions options) {
        this.source = source;
        this.stream = new ReplicaStream(source, options);
        this.look = new SourceLook(source, options.nanos());
    }

    @Override
    public void open(String position) throws StoreException, ChangesLostException {
        if (position.isEmpty()) {
            // the snapshot that comes first is of no use here: records are read from the server
            stream.full(null, () -> false);
            begun = true;
            return;
        }
        Matcher words = POSITION.matcher(position);
        if (!words.matches()) {
            throw new StoreException(Kind.NONSENSE, "position '" + position + "' (expected REPLID OFFSET DB)");
        }
        if (!stream.resume(words.group(1), Long.parseLong(words.group(2)))) {
            throw new ChangesLostException("the source has not kept the changes since " + words.group(2)
                    + "; its repl-backlog-size is too small for such a time");
        }
        db = Integer.parseInt(words.group(3));
        begun = true;
    }

    @Override
    public String position() {
        return begun ? stream.replid() + " " + stream.offset() + " " + db : "";
    }

    @Override
    public int next(ChangeSink to, Duration atMost) throws StoreException, ChangesLostException {
        int passed = 0;
        while (passed < MAX_COMMANDS) {
            LogCommand command = stream.next(passed == 0 ? atMost : Duration.ZERO);
            if (command == null) {
                break;
            }
            passed++;
            tell(command, to);
        }
        stream.applied(stream.offset());
        return passed;
    }

    private void tell(LogCommand command, ChangeSink to) throws ChangesLostException {
        int wanted = source.database();
        switch (command.name()) {
            case "PING", "REPLCONF", "PUBLISH", "SPUBLISH", "SCRIPT", "FUNCTION", "MULTI", "EXEC" -> {}
            case "SELECT" -> db = (int) command.number(1);
            case "FLUSHALL" -> throw emptied();
            case "SWAPDB" -> {
                if (command.number(1) == wanted || command.number(2) == wanted) {
                    throw new ChangesLostException("the source swapped databases (SWAPDB)");
                }
            }
            case "FLUSHDB" -> {
                if (db == wanted) {
                    throw emptied();
                }
            }
            // they may write to another database
            case "MOVE", "COPY" -> ChangedKeys.tell(command, to);
            default -> {
                if (db == wanted || db == UNKNOWN_DB) {
                    ChangedKeys.tell(command, key -> {
                        if (!Marker.is(key)) {
                            to.changed(key);
                        }
                    });
                }
            }
        }
    }

    private static ChangesLostException emptied() {
        return new ChangesLostException("the source was emptied (FLUSHDB, FLUSHALL)");
    }

    @Override
    public String end() throws StoreException {
        return Long.toString(look.end());
    }

    @Override
    public boolean reached(String end) {
        return stream.offset() >= Long.parseLong(end);
    }

    @Override
    public Lag lag() throws StoreException {
        return look.lag(stream.offset());
    }

    @Override
    public boolean holdWrites(Duration atMost) throws StoreException {
        return look.hold(atMost);
    }

    @Override
    public void letWrite() throws StoreException {
        look.release();
    }

    @Override
    public List<String> news() {
        return stream.news();
    }

    @Override
    public void close() throws StoreException {
        try {
            stream.close();
        } finally {
            look.close();
        }
    }

    /** Which keys a command of a log changes; some of them it may only read. */
    static final class ChangedKeys {
        private ChangedKeys() {}

        static void tell(LogCommand command, ChangeSink to) {
            switch (command.name()) {
                case "DEL", "UNLINK", "PFMERGE" -> range(command, 1, command.size(), 1, to);
                case "MSET", "MSETNX" -> range(command, 1, command.size(), 2, to);
                case "RENAME", "RENAMENX", "SMOVE", "LMOVE", "BLMOVE", "RPOPLPUSH", "BRPOPLPUSH", "COPY" ->
                    range(command, 1, 3, 1, to);
                case "BITOP", "XGROUP", "OBJECT" -> range(command, 2, 3, 1, to);
                case "MSETEX" -> range(command, 2, 2 + 2 * (int) Math.min(command.size(), command.number(1)), 2, to);
                case "EVAL", "EVALSHA", "FCALL" ->
                    range(command, 3, 3 + (int) Math.min(command.size(), command.number(2)), 1, to);
                case "SORT", "GEORADIUS", "GEORADIUSBYMEMBER" -> {
                    for (int i = 2; i + 1 < command.size(); i++) {
                        if (command.option(i).startsWith("STORE")) {
                            to.changed(command.word(i + 1));
                        }
                    }
                }
                default -> range(command, 1, 2, 1, to);
            }
        }

        private static void range(LogCommand command, int from, int to, int step, ChangeSink sink) {
            for (int i = from; i < Math.min(to, command.size()); i += step) {
                sink.changed(Slice.of(
                        command.word(i).array(),
                        command.word(i).offset(),
                        command.word(i).length()));
            }
        }
    }
}
