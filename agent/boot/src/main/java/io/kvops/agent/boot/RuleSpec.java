package io.kvops.agent.boot;

import org.jspecify.annotations.Nullable;

/**
 * One rule for code of the user's own, as written in the options:
 *
 * <pre>{@code
 * class:com.acme.Server;method:get;op:GET;key:0;store:acme;value:return
 * interface:com.acme.Store;method:put(2);op:PUT;key:0.id();value:1;future
 * class:com.acme.Server;method:execute(java.lang.String,byte[][]);op:arg:0;key:1
 * }</pre>
 *
 * Immutable.
 */
public final class RuleSpec {
    private final String text;
    private final boolean isInterface;
    private final String targetName;
    private final String method;
    private final int parameterCount;
    private final String @Nullable [] parameterTypes;
    private final String op;
    private final int opArgument;
    private final String key;
    private final String store;
    private final String where;
    private final String value;
    private final boolean future;
    private final boolean missOnNull;

    private RuleSpec(Parts p) {
        text = p.text;
        isInterface = p.interfaceName != null;
        String target = p.interfaceName != null ? p.interfaceName : p.className;
        if (target == null || target.isEmpty()) {
            throw new IllegalArgumentException("expected class:NAME or interface:NAME");
        }
        if (p.interfaceName != null && p.className != null) {
            throw new IllegalArgumentException("expected either class: or interface:, not both");
        }
        targetName = target;
        int open = p.method.indexOf('(');
        method = open < 0 ? p.method : p.method.substring(0, open);
        if (method.isEmpty()) {
            throw new IllegalArgumentException("expected method:NAME");
        }
        String inside = "";
        if (open >= 0) {
            if (!p.method.endsWith(")")) {
                throw new IllegalArgumentException("method:" + p.method + " has no closing parenthesis");
            }
            inside = p.method.substring(open + 1, p.method.length() - 1).trim();
        }
        long count = OptionSpecs.digits(inside, inside.length());
        parameterTypes = open < 0 || count >= 0 ? null : inside.isEmpty() ? new String[0] : split(inside, ',');
        parameterCount = open < 0 ? -1 : parameterTypes != null ? parameterTypes.length : (int) Math.min(count, 255);
        boolean opFromArgument = p.op.startsWith("arg:");
        opArgument = opFromArgument ? index("op:" + p.op, p.op.substring(4)) : -1;
        op = p.op.isEmpty() ? method : p.op;
        key = p.key;
        if (!key.isEmpty()) {
            int dot = key.indexOf('.');
            index("key:" + key, dot < 0 ? key : key.substring(0, dot));
        }
        value = p.value;
        if (!value.isEmpty() && !value.equals("return")) {
            index("value:" + value, value);
        }
        store = p.store.isEmpty() ? "custom" : p.store;
        where = p.where.isEmpty() ? target.substring(target.lastIndexOf('.') + 1) : p.where;
        future = p.future;
        missOnNull = p.missOnNull;
    }

    /** @throws IllegalArgumentException naming the part that is wrong and what is expected */
    static RuleSpec parse(String text) {
        Parts parts = new Parts(text);
        for (String part : split(text, ';')) {
            if (!part.isEmpty()) {
                parts.add(part);
            }
        }
        return new RuleSpec(parts);
    }

    private static int index(String part, String digits) {
        long index = OptionSpecs.digits(digits, digits.length());
        if (index < 0 || index > 254) {
            throw new IllegalArgumentException(part + ": expected the number of an argument, 0 for the first");
        }
        return (int) index;
    }

    private static String[] split(String text, char separator) {
        int count = 1;
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == separator) {
                count++;
            }
        }
        String[] parts = new String[count];
        int start = 0;
        for (int i = 0; i < count; i++) {
            int end = text.indexOf(separator, start);
            parts[i] = text.substring(start, end < 0 ? text.length() : end).trim();
            start = end + 1;
        }
        return parts;
    }

    /** As it was written. */
    public String text() {
        return text;
    }

    /** True if the rule means all classes that implement {@link #targetName}. */
    public boolean isInterface() {
        return isInterface;
    }

    /** Name of the class or interface, with dots. */
    public String targetName() {
        return targetName;
    }

    public String method() {
        return method;
    }

    /** Number of parameters, -1 if any number is meant. */
    public int parameterCount() {
        return parameterCount;
    }

    /** Names of the parameter types as in source, null if they do not matter. */
    public String @Nullable [] parameterTypes() {
        return parameterTypes == null ? null : parameterTypes.clone();
    }

    /** The op's name; meaningless if {@link #opArgument} is not negative. */
    public String op() {
        return op;
    }

    /** Which argument names the op; -1 if {@link #op} does. */
    public int opArgument() {
        return opArgument;
    }

    /** Empty, or an argument's number, or a path of getters from it, as {@code 0.id()}. */
    public String key() {
        return key;
    }

    public String store() {
        return store;
    }

    /** What stands as the endpoint: {@code where:}, else the simple name of the class. */
    public String where() {
        return where;
    }

    /** Empty, an argument's number, or {@code return}. */
    public String value() {
        return value;
    }

    /** True if the operation ends when the returned CompletionStage does. */
    public boolean future() {
        return future;
    }

    /** True if a null result is a read that found nothing. */
    public boolean missOnNull() {
        return missOnNull;
    }

    /** The parts while they are read. */
    private static final class Parts {
        final String text;

        @Nullable
        String className;

        @Nullable
        String interfaceName;

        String method = "";
        String op = "";
        String key = "";
        String store = "";
        String where = "";
        String value = "";
        boolean future;
        boolean missOnNull;

        Parts(String text) {
            this.text = text;
        }

        void add(String part) {
            int colon = part.indexOf(':');
            String name = colon < 0 ? part : part.substring(0, colon);
            String given = colon < 0 ? "" : part.substring(colon + 1);
            switch (name) {
                case "class":
                    className = given;
                    break;
                case "interface":
                    interfaceName = given;
                    break;
                case "method":
                    method = given;
                    break;
                case "op":
                    op = given;
                    break;
                case "key":
                    key = given;
                    break;
                case "store":
                    store = given;
                    break;
                case "where":
                    where = given;
                    break;
                case "value":
                    value = given;
                    break;
                case "future":
                    future = true;
                    break;
                case "miss":
                    if (!given.equals("null")) {
                        throw new IllegalArgumentException("miss:" + given + ": expected miss:null");
                    }
                    missOnNull = true;
                    break;
                default:
                    throw new IllegalArgumentException("unknown part " + part + "; expected class:, interface:,"
                            + " method:, op:, key:, store:, where:, value:, future or miss:null");
            }
        }
    }
}
