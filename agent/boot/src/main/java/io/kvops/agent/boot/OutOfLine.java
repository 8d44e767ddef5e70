package io.kvops.agent.boot;

import org.jspecify.annotations.Nullable;

/**
 * What the methods of a connection call on every command. A method that our code is woven into must stay as small as it
 * was, machine code included, or the JIT does not inline it any more, and what it could keep off the heap before is
 * allocated: that was 24 bytes per Jedis GET. HotSpot's C2 does not inline the methods of a subclass of Throwable from the
 * second level on ({@code InlineTree::should_not_inline}, "exception method"), which is all that this one is a Throwable for:
 * it has no instances. The first level is {@link Probes}. On another JIT it is a class like any other.
 */
@SuppressWarnings("serial") // it has no instances
final class OutOfLine extends Throwable {
    private OutOfLine() {}

    static @Nullable Op execute(Linked connection, Described command) {
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

    static void executed(Linked connection, @Nullable Op op, @Nullable Throwable thrown) {
        if (op != null) {
            connection.kvopsLink().open(null);
            op.end(thrown);
        }
    }

    static @Nullable Link send(Linked connection, Described command) {
        if (Probes.current() != null) {
            return null;
        }
        Link link = connection.kvopsLink();
        link.send(command);
        return link;
    }

    static void read(Linked connection, @Nullable Object reply, @Nullable Throwable thrown, boolean answered) {
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
