package io.kvops.rules;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelMutableAst;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.ast.CelMutableExpr;
import dev.cel.common.types.CelType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A CEL expression (https://cel.dev) over metrics that is true or false for each set of labels:
 * {@code memory.used.bytes / memory.limit.bytes > 0.9}. Metrics stand by their names, with dots or underscores; all that are
 * named have to have the same labels, as in PromQL. {@code metric('network.in.bytes.total')} is for names with a word that
 * CEL reserves. {@code labels.kind} is a label. Functions of windows are Prometheus's: {@code rate(errors.count.total, '5m')},
 * increase, delta, and avg, min, max, sum, count, last with {@code _over_time}; {@code reaches(METRIC, LIMIT, '14d', 0.9)} asks a
 * {@link Predictor}. Whole numbers are taken as decimal ones. Compiled once, immutable; any thread may evaluate.
 */
public final class Expression {
    private static final int MAX_CHARACTERS = 2_000;
    private static final CelOptions OPTIONS = CelOptions.current()
            .maxExpressionCodePointSize(MAX_CHARACTERS)
            .maxParseRecursionDepth(50)
            .enableHeterogeneousNumericComparisons(true)
            .build();
    private static final CelCompiler COMPILER = compiler();
    private static final CelRuntime RUNTIME =
            CelRuntimeFactory.plannerRuntimeBuilder().setOptions(OPTIONS).build();

    private final String text;
    private final List<Input> inputs;
    private final CelRuntime.Program program;
    private final CelRuntime.@Nullable Program measured;
    private final boolean absorbs;

    private Expression(String text, Terms terms, CelRuntime.Program program, CelRuntime.@Nullable Program measured) {
        this.text = text;
        this.inputs = List.copyOf(terms.inputs());
        this.absorbs = terms.absorbs();
        this.program = program;
        this.measured = measured;
    }

    /**
     * Reads, checks and compiles one.
     *
     * @throws RulesException of kind REFUSED, with the column and what is wrong
     */
    public static Expression of(String text) throws RulesException {
        if (text.length() > MAX_CHARACTERS) {
            throw refused(
                    "an expression of " + text.length() + " characters (expected at most " + MAX_CHARACTERS + ")");
        }
        try {
            CelAbstractSyntaxTree parsed = COMPILER.parse(text).getAst();
            CelMutableAst ast = CelMutableAst.fromCelAst(parsed);
            Terms terms = new Terms(parsed.getSource().getPositionsMap());
            terms.replace(ast.expr());
            if (terms.inputs().isEmpty()) {
                throw refused("'" + text + "' names no metric (expected one or more)");
            }
            CelMutableExpr left = Terms.measured(ast.expr());
            CelRuntime.Program program = program(ast.toParsedAst(), SimpleType.BOOL);
            CelRuntime.Program measured = left == null
                    ? null
                    : program(
                            CelMutableAst.of(CelMutableExpr.newInstance(left), ast.source())
                                    .toParsedAst(),
                            SimpleType.DYN);
            return new Expression(text, terms, program, measured);
        } catch (CelValidationException e) {
            throw refused(said(e), e);
        } catch (CelEvaluationException | IllegalArgumentException e) {
            throw refused(String.valueOf(e.getMessage()), e);
        }
    }

    /** Made once: it knows every variable that {@link Terms} may put in. */
    private static CelCompiler compiler() {
        CelCompilerBuilder builder = CelCompilerFactory.standardCelCompilerBuilder()
                .setOptions(OPTIONS)
                .setStandardMacros(CelStandardMacro.HAS)
                .addVar("labels", MapType.create(SimpleType.STRING, SimpleType.STRING));
        for (int i = 0; i < Terms.MAX_INPUTS; i++) {
            builder.addVar(Terms.NUMBER + i, SimpleType.DOUBLE).addVar(Terms.TRUTH + i, SimpleType.BOOL);
        }
        return builder.build();
    }

    private static CelRuntime.Program program(CelAbstractSyntaxTree parsed, CelType expected)
            throws CelValidationException, CelEvaluationException {
        CelAbstractSyntaxTree checked = COMPILER.check(parsed).getAst();
        if (expected == SimpleType.BOOL && !checked.getResultType().equals(SimpleType.BOOL)) {
            throw new IllegalArgumentException(
                    "it is a " + checked.getResultType().name()
                            + " (expected true or false: a comparison, as memory.used.bytes > 1e9)");
        }
        return RUNTIME.createProgram(checked);
    }

    private static String said(CelValidationException e) {
        for (CelIssue issue : e.getErrors()) {
            return "column " + (issue.getSourceLocation().getColumn() + 1) + ": "
                    + issue.getMessage().lines().findFirst().orElse("");
        }
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    private static RulesException refused(String why) {
        return new RulesException(RulesException.Kind.REFUSED, why);
    }

    private static RulesException refused(String why, Exception cause) {
        return new RulesException(RulesException.Kind.REFUSED, why, cause);
    }

    /** The plain names of the metrics it needs, sorted. */
    public Collection<String> metrics() {
        TreeSet<String> names = new TreeSet<>();
        inputs.forEach(input -> names.addAll(input.metrics()));
        return names;
    }

    /**
     * What it says of one set of labels.
     *
     * @return empty if a metric is missing that decides: no data
     */
    public Optional<Boolean> test(Samples samples, Labels labels, Instant at, Predictor predictor) {
        double[] values = samples.collect(this, at, predictor, e -> {}).get(labels);
        return values == null ? Optional.empty() : test(labels, values);
    }

    List<Input> inputs() {
        return inputs;
    }

    /** As the other, with values by input; NaN is missing. */
    Optional<Boolean> test(Labels labels, double[] values) {
        if (!absorbs && isMissing(values)) {
            return Optional.empty();
        }
        try {
            return Optional.of((Boolean) evaluate(program, labels, values));
        } catch (CelEvaluationException e) {
            // a metric that is missing, or a label that is not there
            return Optional.empty();
        }
    }

    /** The left side of its first comparison; NaN if there is none. */
    double measured(Labels labels, double[] values) {
        if (measured == null) {
            return Double.NaN;
        }
        try {
            Object value = evaluate(measured, labels, values);
            return value instanceof Number number ? number.doubleValue() : Double.NaN;
        } catch (CelEvaluationException e) {
            return Double.NaN;
        }
    }

    private Object evaluate(CelRuntime.Program one, Labels labels, double[] values) throws CelEvaluationException {
        return one.eval(name -> {
            if (name.equals("labels")) {
                return Optional.of(labels.asMap());
            }
            int index = Terms.index(name);
            if (index < 0 || index >= values.length || Double.isNaN(values[index])) {
                return Optional.empty();
            }
            boolean truth = inputs.get(index).function() == Input.Function.REACHES;
            return Optional.of(truth ? (Object) (values[index] != 0) : (Object) values[index]);
        });
    }

    private static boolean isMissing(double[] values) {
        for (double value : values) {
            if (Double.isNaN(value)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return text;
    }
}
