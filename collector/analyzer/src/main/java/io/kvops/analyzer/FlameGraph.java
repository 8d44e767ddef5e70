package io.kvops.analyzer;

import io.kvops.history.SlowOpPoint;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * Where slow operations came from: their stacks, folded into a tree (Brendan Gregg, "The Flame Graph", CACM 59(6), 2016).
 * The outermost caller stands below, the operation itself on top. Only slow operations have stacks, and only where stacks are
 * on; those without one stand below {@code (no stack)}. Immutable.
 *
 * @param ops slow operations in it
 * @param withStack of them: those that had one
 * @param root holds all of them
 */
public record FlameGraph(int ops, int withStack, Node root) {
    /** Slow operations that one graph is made of: the most severe. */
    public static final int MAX_STACKS = 10_000;

    private static final int MAX_DEPTH = 128;

    /**
     * A method, or an operation at the end.
     *
     * @param name {@code package.Class.method}, or {@code redis GET user:{n}}
     * @param count slow operations that passed here
     * @param nanos time spent in them
     * @param children most time first
     */
    public record Node(String name, long count, long nanos, List<Node> children) {
        public Node {
            children = List.copyOf(children);
        }
    }

    static FlameGraph of(Collection<SlowOpPoint> slowOps) {
        Builder root = new Builder();
        int withStack = 0;
        for (SlowOpPoint op : slowOps) {
            List<String> stack = op.stack();
            withStack += stack.isEmpty() ? 0 : 1;
            Builder at = root.count(op.latencyNanos());
            if (stack.isEmpty()) {
                at = at.child("(no stack)").count(op.latencyNanos());
            }
            for (int i = Math.min(stack.size(), MAX_DEPTH) - 1; i >= 0; i--) {
                at = at.child(method(stack.get(i))).count(op.latencyNanos());
            }
            String pattern = op.series().pattern();
            at.child(clean(op.series().store() + " " + op.series().op() + (pattern.isEmpty() ? "" : " " + pattern)))
                    .count(op.latencyNanos());
        }
        return new FlameGraph(slowOps.size(), withStack, root.build("all"));
    }

    /** Microseconds by stack, one a line: {@code outermost;...;operation 1234}, as {@code flamegraph.pl} takes it. */
    public String folded() {
        return folded(true);
    }

    /** As {@link #folded()}, with the number of operations instead of their time. */
    public String foldedCounts() {
        return folded(false);
    }

    private String folded(boolean time) {
        StringBuilder text = new StringBuilder();
        for (Node child : root.children) {
            fold(child, "", time, text);
        }
        return text.toString();
    }

    private static void fold(Node node, String path, boolean time, StringBuilder text) {
        String here = path.isEmpty() ? node.name : path + ";" + node.name;
        if (node.children.isEmpty()) {
            text.append(here)
                    .append(' ')
                    .append(time ? Math.round(node.nanos / 1e3) : node.count)
                    .append('\n');
        }
        node.children.forEach(child -> fold(child, here, time, text));
    }

    /** The line within a method would keep calls apart that belong together. */
    private static String method(String frame) {
        int parenthesis = frame.indexOf('(');
        return clean(parenthesis > 0 ? frame.substring(0, parenthesis) : frame);
    }

    /** Without what separates in the folded text. */
    private static String clean(String name) {
        StringBuilder text = new StringBuilder(name.length());
        name.codePoints().forEach(c -> text.appendCodePoint(c == ';' ? ':' : Character.isISOControl(c) ? '?' : c));
        return text.toString();
    }

    private static final class Builder {
        private final TreeMap<String, Builder> children = new TreeMap<>();
        private long count;
        private long nanos;

        Builder count(long latencyNanos) {
            count++;
            nanos += latencyNanos;
            return this;
        }

        Builder child(String name) {
            return children.computeIfAbsent(name, n -> new Builder());
        }

        Node build(String name) {
            List<Node> built = new ArrayList<>();
            children.forEach((childName, child) -> built.add(child.build(childName)));
            built.sort(Comparator.comparingLong(Node::nanos).reversed().thenComparing(Node::name));
            return new Node(name, count, nanos, built);
        }
    }
}
