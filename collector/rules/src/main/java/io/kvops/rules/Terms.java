package io.kvops.rules;

import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import dev.cel.common.ast.CelMutableExpr;
import dev.cel.common.ast.CelMutableExpr.CelMutableCall;
import dev.cel.common.ast.CelMutableExpr.CelMutableIdent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes what a parsed expression says of series out of it: each metric and each function of a window becomes a variable, so that what
 * is left is plain CEL over decimal numbers, and what has to be kept of a series is known before anything is evaluated.
 */
final class Terms {
    static final int MAX_INPUTS = 50;
    private static final double MAX_WINDOW_MILLIS = 86_400_000;
    static final String NUMBER = "kvops_number_";
    static final String TRUTH = "kvops_truth_";
    private static final Set<String> COMPARISONS = Set.of("_>_", "_>=_", "_<_", "_<=_", "_==_", "_!=_");
    private static final Set<String> DECIDES_EARLY = Set.of("_||_", "_&&_", "_?_:_");

    private final Map<Long, Integer> places;
    private final List<Input> inputs = new ArrayList<>();
    private boolean absorbs;

    /** With offsets in the text, by the id of what stands there. */
    Terms(Map<Long, Integer> places) {
        this.places = places;
    }

    List<Input> inputs() {
        return inputs;
    }

    /** Whether it may be decided though an input is missing. */
    boolean absorbs() {
        return absorbs;
    }

    /** Which input a variable stands for; -1 if none. */
    static int index(String variable) {
        if (variable.startsWith(NUMBER)) {
            return Integer.parseInt(variable.substring(NUMBER.length()));
        }
        return variable.startsWith(TRUTH) ? Integer.parseInt(variable.substring(TRUTH.length())) : -1;
    }

    void replace(CelMutableExpr expr) {
        switch (expr.getKind()) {
            case CONSTANT -> expr.setConstant(decimal(expr.constant()));
            case IDENT, SELECT -> {
                String name = name(expr);
                if (name == null) {
                    replace(expr.select().operand());
                } else if (!name.equals("labels") && !name.startsWith("labels.")) {
                    put(expr, Input.value(MetricName.plain(name)));
                }
            }
            case CALL -> call(expr, expr.call());
            case LIST -> expr.list().elements().forEach(this::replace);
            default ->
                throw new IllegalArgumentException(place(expr)
                        + "neither a message, a map nor a loop is allowed (expected comparisons of metrics)");
        }
    }

    private void call(CelMutableExpr expr, CelMutableCall call) {
        String function = call.function();
        if (function.equals("metric") && call.target().isEmpty()) {
            put(expr, Input.value(metric(expr, call, 0)));
            return;
        }
        if (!function.isEmpty() && Input.Function.has(function) && call.target().isEmpty()) {
            put(expr, Input.Function.of(function) == Input.Function.REACHES ? reaches(expr, call) : window(expr, call));
            return;
        }
        absorbs |= DECIDES_EARLY.contains(function);
        call.target().ifPresent(this::replace);
        call.args().forEach(this::replace);
    }

    private Input window(CelMutableExpr expr, CelMutableCall call) {
        arguments(expr, call, 2, "(METRIC, '5m')");
        long window = millis(expr, call, 1);
        if (window <= 0 || window > MAX_WINDOW_MILLIS) {
            throw new IllegalArgumentException(
                    place(expr) + call.function() + " over " + window + " ms (expected more than 0, at most a day)");
        }
        return new Input(Input.Function.of(call.function()), metric(expr, call, 0), window, 0, "", 0, 0);
    }

    private Input reaches(CelMutableExpr expr, CelMutableCall call) {
        String expected = "(METRIC, LIMIT, '14d', 0.9), the limit being a number, a metric, or a number * a metric";
        arguments(expr, call, 4, expected);
        long horizon = millis(expr, call, 2);
        Double confidence = number(call.args().get(3));
        if (horizon <= 0 || confidence == null || !(confidence > 0 && confidence < 1)) {
            throw new IllegalArgumentException(
                    place(expr) + "reaches: expected a time above 0 and a confidence above 0, below 1");
        }
        CelMutableExpr limit = call.args().get(1);
        double factor = 1;
        String name = name(limit);
        Double plain = number(limit);
        if (plain != null) {
            factor = plain;
            name = "";
        } else if (name == null
                && limit.getKind() == Kind.CALL
                && limit.call().function().equals("_*_")) {
            List<CelMutableExpr> sides = limit.call().args();
            Double times = number(sides.get(0)) == null ? number(sides.get(1)) : number(sides.get(0));
            name = number(sides.get(0)) == null ? name(sides.get(0)) : name(sides.get(1));
            factor = times == null ? Double.NaN : times;
        }
        if (name == null || !Double.isFinite(factor)) {
            throw new IllegalArgumentException(place(limit) + "reaches" + expected);
        }
        return new Input(
                Input.Function.REACHES, metric(expr, call, 0), 0, horizon, MetricName.plain(name), factor, confidence);
    }

    private void arguments(CelMutableExpr expr, CelMutableCall call, int many, String expected) {
        if (call.args().size() != many) {
            throw new IllegalArgumentException(
                    place(expr) + call.args().size() + " arguments (expected " + call.function() + expected + ")");
        }
    }

    private String metric(CelMutableExpr expr, CelMutableCall call, int argument) {
        CelMutableExpr given = call.args().get(argument);
        String name = name(given);
        if (name == null && text(given) != null) {
            name = text(given);
        }
        if (name == null || name.isEmpty()) {
            throw new IllegalArgumentException(
                    place(expr) + call.function() + ": expected the name of a metric, as memory.used.bytes");
        }
        return MetricName.plain(name);
    }

    private long millis(CelMutableExpr expr, CelMutableCall call, int argument) {
        String written = text(call.args().get(argument));
        if (written == null) {
            throw new IllegalArgumentException(
                    place(expr) + call.function() + ": expected a duration in quotes, as '5m'");
        }
        return Durations.parse(written).toMillis();
    }

    private void put(CelMutableExpr expr, Input input) {
        int index = inputs.indexOf(input);
        if (index < 0) {
            if (inputs.size() == MAX_INPUTS) {
                throw new IllegalArgumentException("more than " + MAX_INPUTS + " metrics (expected fewer)");
            }
            index = inputs.size();
            inputs.add(input);
        }
        expr.setIdent(CelMutableIdent.create((input.function() == Input.Function.REACHES ? TRUTH : NUMBER) + index));
    }

    /** A name with dots, or null if it is something else. */
    private static @Nullable String name(CelMutableExpr expr) {
        if (expr.getKind() == Kind.IDENT) {
            return expr.ident().name();
        }
        if (expr.getKind() != Kind.SELECT) {
            return null;
        }
        String before = name(expr.select().operand());
        return before == null ? null : before + "." + expr.select().field();
    }

    private static @Nullable String text(CelMutableExpr expr) {
        return expr.getKind() == Kind.CONSTANT && expr.constant().getKind() == CelConstant.Kind.STRING_VALUE
                ? expr.constant().stringValue()
                : null;
    }

    private static @Nullable Double number(CelMutableExpr expr) {
        if (expr.getKind() != Kind.CONSTANT) {
            return null;
        }
        CelConstant decimal = decimal(expr.constant());
        return decimal.getKind() == CelConstant.Kind.DOUBLE_VALUE ? decimal.doubleValue() : null;
    }

    private static CelConstant decimal(CelConstant constant) {
        return constant.getKind() == CelConstant.Kind.INT64_VALUE
                ? CelConstant.ofValue((double) constant.int64Value())
                : constant;
    }

    /** The left side of the first comparison, from the left; null if there is none, or it is no number. */
    static @Nullable CelMutableExpr measured(CelMutableExpr expr) {
        if (expr.getKind() != Kind.CALL) {
            return null;
        }
        CelMutableCall call = expr.call();
        if (COMPARISONS.contains(call.function())) {
            CelMutableExpr left = call.args().get(0);
            String name = name(left);
            boolean number = name != null ? !name.startsWith("labels") : left.getKind() == Kind.CALL;
            return number ? left : null;
        }
        for (CelMutableExpr argument : call.args()) {
            CelMutableExpr found = measured(argument);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private String place(CelMutableExpr expr) {
        Integer offset = places.get(expr.id());
        return offset == null ? "" : "column " + (offset + 1) + ": ";
    }
}
