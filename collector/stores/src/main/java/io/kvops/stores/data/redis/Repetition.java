package io.kvops.stores.data.redis;

import io.kvops.stores.data.ChangesLostException;
import java.time.Clock;

/**
 * Makes of a source's log what a target is to be told: commands of one database, their expiries put off ({@link LateExpiry}),
 * transactions kept together. The forms are those that servers from 7.0 on put into their log (effects of scripts, instants for
 * expiries); relative ones are taken too. For one thread.
 */
final class Repetition {
    private static final byte[] PEXPIREAT = RespConnection.ascii("PEXPIREAT");
    private static final byte[] SET = RespConnection.ascii("SET");
    private static final byte[] DEL = RespConnection.ascii("DEL");
    private static final byte[] FLUSHDB = RespConnection.ascii("FLUSHDB");
    private static final int UNKNOWN_DB = -1;

    private final int wanted;
    private final Clock clock;
    private final Args into = new Args();
    private int db;
    private boolean transaction;
    private boolean flushed;
    private boolean functions;

    /** @param wanted the database */
    Repetition(int wanted, Clock clock, int db) {
        this.wanted = wanted;
        this.clock = clock;
        this.db = db;
    }

    /** Whole commands, encoded. */
    Args commands() {
        return into;
    }

    /** Those so far were sent. */
    void sent() {
        into.clear();
        flushed = false;
    }

    /** The log's database at this point. */
    int db() {
        return db;
    }

    /** Whether a transaction of the source is not at its end. */
    boolean inTransaction() {
        return transaction;
    }

    /** Whether the target's database is emptied by what is to be sent. */
    boolean flushed() {
        return flushed;
    }

    /** Whether there were functions, which belong to the server and not to a database. */
    boolean functions() {
        return functions;
    }

    /** Takes the next command. */
    void add(LogCommand command) throws ChangesLostException {
        switch (command.name()) {
            case "PING", "REPLCONF", "PUBLISH", "SPUBLISH", "SCRIPT" -> {}
            case "FUNCTION" -> functions = true;
            case "SELECT" -> db = (int) command.number(1);
            case "MULTI" -> transaction = true;
            case "EXEC" -> transaction = false;
            case "FLUSHALL" -> flush();
            case "SWAPDB" -> {
                if (command.number(1) == wanted || command.number(2) == wanted) {
                    throw new ChangesLostException("the source swapped databases (SWAPDB)");
                }
            }
            case "MOVE" -> move(command);
            default -> {
                if (db == UNKNOWN_DB) {
                    throw new ChangesLostException("the log does not say which database it changes");
                }
                if (command.name().equals("COPY")) {
                    copy(command);
                } else if (db == wanted && !(command.size() > 1 && Marker.is(command.word(1)))) {
                    change(command);
                }
            }
        }
    }

    private void flush() {
        into.command(FLUSHDB, 0).counted(1);
        flushed = true;
    }

    private void raw(LogCommand command) {
        into.raw(command.raw());
        into.counted(1);
    }

    private void move(LogCommand command) throws ChangesLostException {
        if (db == wanted) {
            into.command(DEL, 1).put(command.word(1)).counted(1);
        } else if (command.number(2) == wanted) {
            throw new ChangesLostException("a key came from another database (MOVE)");
        }
    }

    private void copy(LogCommand command) throws ChangesLostException {
        int to = db;
        boolean replace = false;
        for (int i = 3; i < command.size(); i++) {
            if (command.option(i).equals("DB") && i + 1 < command.size()) {
                to = (int) command.number(++i);
            } else {
                replace |= command.option(i).equals("REPLACE");
            }
        }
        if (db == wanted && to == wanted) {
            into.command(RespConnection.ascii("COPY"), replace ? 3 : 2)
                    .put(command.word(1))
                    .put(command.word(2));
            if (replace) {
                into.put("REPLACE");
            }
            into.counted(1);
        } else if (to == wanted) {
            throw new ChangesLostException("a key came from another database (COPY)");
        }
    }

    private void change(LogCommand command) {
        switch (command.name()) {
            case "FLUSHDB" -> flush();
            case "PEXPIREAT" -> expire(command, command.number(2));
            case "EXPIREAT" -> expire(command, command.number(2) * 1_000);
            case "PEXPIRE" -> expire(command, clock.millis() + command.number(2));
            case "EXPIRE" -> expire(command, clock.millis() + command.number(2) * 1_000);
            case "SET" -> options(command, 3);
            case "GETEX" -> options(command, 2);
            case "SETEX" -> setAt(command, clock.millis() + command.number(2) * 1_000);
            case "PSETEX" -> setAt(command, clock.millis() + command.number(2));
            case "RESTORE" -> restore(command);
            default -> raw(command);
        }
    }

    private void expire(LogCommand command, long atMillis) {
        into.command(PEXPIREAT, command.size() - 1).put(command.word(1)).put(LateExpiry.late(atMillis));
        for (int i = 3; i < command.size(); i++) {
            into.put(command.word(i));
        }
        into.counted(1);
    }

    private void setAt(LogCommand command, long atMillis) {
        into.command(SET, 4).put(command.word(1)).put(command.word(3)).put("PXAT");
        into.put(LateExpiry.late(atMillis)).counted(1);
    }

    /** Of SET and GETEX: an expiry among options that keep their places. */
    private void options(LogCommand command, int first) {
        int at = -1;
        long millis = 0;
        for (int i = first; i + 1 < command.size() && at < 0; i++) {
            switch (command.option(i)) {
                case "PXAT" -> millis = command.number(i + 1);
                case "EXAT" -> millis = command.number(i + 1) * 1_000;
                case "PX" -> millis = clock.millis() + command.number(i + 1);
                case "EX" -> millis = clock.millis() + command.number(i + 1) * 1_000;
                case "IFEQ", "IFNE", "IFDEQ", "IFDNE" -> {
                    i++;
                    continue;
                }
                default -> {
                    continue;
                }
            }
            at = i;
        }
        if (at < 0) {
            raw(command);
            return;
        }
        into.command(command.word(0).toBytes(), command.size() - 1);
        for (int i = 1; i < command.size(); i++) {
            if (i == at) {
                into.put("PXAT").put(LateExpiry.late(millis));
                i++;
            } else {
                into.put(command.word(i));
            }
        }
        into.counted(1);
    }

    private void restore(LogCommand command) {
        long expiry = command.number(2);
        boolean absolute = false;
        for (int i = 4; i < command.size(); i++) {
            absolute |= command.option(i).equals("ABSTTL");
        }
        if (expiry == 0) {
            raw(command);
            return;
        }
        into.command(command.word(0).toBytes(), command.size() - 1 + (absolute ? 0 : 1));
        into.put(command.word(1)).put(LateExpiry.late(absolute ? expiry : clock.millis() + expiry));
        for (int i = 3; i < command.size(); i++) {
            into.put(command.word(i));
        }
        if (!absolute) {
            into.put("ABSTTL");
        }
        into.counted(1);
    }
}
