package io.kvops.agent.boot;

import org.jspecify.annotations.Nullable;

/**
 * What the methods of a connection call on every command. A method that our code is woven into must stay as small as it
 * was, machine code included, or the JIT does not inline it any more, and what it could keep off the heap before is
 * allocated: that was 24 bytes per Jedis GET. HotSpot's C2 never inlines the methods of a subclass of Throwable into other
 * classes ({@code InlineTree::should_not_inline}, "exception method"), which is all that this one is a Throwable for: it has
 * no instances. On another JIT it is a class like any other.
 */
@SuppressWarnings("serial") // it has no instances
public final class OutOfLine extends Throwable {
    private OutOfLine() {}

    /**
     * Entry of a call that sends a command over a connection and waits for the reply.
     *
     * @return the op, started; null if the call is part of an op under way, which then learns where it goes
     */
    public static @Nullable Op execute(Linked connection, Described command) {
        Op op = Probes.begin();
        if (op == null) {
            Op outer = Probes.current();
            if (outer != null) {
                outer.endpoint = connection.kvopsLink().endpoint();
            }
            return null;
        }
        Link link = connection.kvopsLink();
        command.kvopsDescribe(op);
        op.endpoint = link.endpoint();
        link.open(op);
        op.start();
        return op;
    }

    /** Exit of a call that {@link #execute} entered. */
    public static void executed(Linked connection, @Nullable Op op, @Nullable Throwable thrown) {
        if (op != null) {
            connection.kvopsLink().open(null);
            op.end(thrown);
        }
    }

    /**
     * A command is about to be written.
     *
     * @return where the reply is awaited; null if the command is part of an op under way
     */
    public static @Nullable Link send(Linked connection, Described command) {
        if (Probes.current() != null) {
            return null;
        }
        Link link = connection.kvopsLink();
        link.send(command);
        return link;
    }

    /**
     * A reply was read, or reading it failed.
     *
     * @param answered the server answered, be it with an error
     */
    public static void read(Linked connection, @Nullable Object reply, @Nullable Throwable thrown, boolean answered) {
        Link link = connection.kvopsLink();
        Op op = link.open();
        if (op == null) {
            op = Probes.current();
        }
        if (op != null) {
            if (thrown == null) {
                op.bytesIn += Words.bytes(reply);
                op.outcome = reply == null ? Op.MISS : Op.OK;
            }
        } else if (answered) {
            link.reply(reply, thrown);
        } else {
            link.broken(thrown);
        }
    }
}
