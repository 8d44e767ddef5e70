package io.kvops.migration.filter;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.CelType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.WholeRecord;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * An expression (CEL, https://cel.dev) over one record, with the variables {@code key} (text, bytes that are no UTF-8 as U+FFFD),
 * {@code type} (as {@code hash}), {@code ttl} (seconds, -1 for none), {@code size} (bytes of key and value), {@code elements}
 * (fields, items, members; 1 for a string), {@code value} (the text of a string, else empty), {@code fields} (text by text, of a
 * hash, else empty), {@code metadata}. Compiled once; any thread may evaluate.
 */
public final class Where {
    private static final int MAX_CHARACTERS = 4_000;
    private static final Set<String> OF_VALUE = Set.of("size", "elements", "value", "fields");
    private static final CelOptions OPTIONS = CelOptions.current()
            .maxExpressionCodePointSize(MAX_CHARACTERS)
            .maxParseRecursionDepth(50)
            .enableHeterogeneousNumericComparisons(true)
            .build();
    private static final CelCompiler COMPILER = CelCompilerFactory.standardCelCompilerBuilder()
            .setOptions(OPTIONS)
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
            .addVar("key", SimpleType.STRING)
            .addVar("type", SimpleType.STRING)
            .addVar("ttl", SimpleType.DOUBLE)
            .addVar("size", SimpleType.INT)
            .addVar("elements", SimpleType.INT)
            .addVar("value", SimpleType.STRING)
            .addVar("fields", MapType.create(SimpleType.STRING, SimpleType.STRING))
            .addVar("metadata", MapType.create(SimpleType.STRING, SimpleType.STRING))
            .build();
    private static final CelRuntime RUNTIME =
            CelRuntimeFactory.plannerRuntimeBuilder().setOptions(OPTIONS).build();

    private final String name;
    private final String text;
    private final CelRuntime.Program program;
    private final Set<String> used;

    private Where(String name, String text, CelRuntime.Program program, Set<String> used) {
        this.name = name;
        this.text = text;
        this.program = program;
        this.used = used;
    }

    /**
     * Reads and checks one that is true or false.
     *
     * @throws IllegalArgumentException with the column and what is wrong
     */
    public static Where compile(String text) {
        return compile(text, "where", Boolean.class);
    }

    /**
     * Reads and checks one of another result.
     *
     * @param name of the option, for messages
     * @param result {@code Boolean}, {@code String}, or {@code Number}
     */
    public static Where compile(String text, String name, Class<?> result) {
        try {
            CelAbstractSyntaxTree ast = COMPILER.compile(text).getAst();
            CelType type = ast.getResultType();
            boolean fits = result == Boolean.class
                    ? type.equals(SimpleType.BOOL)
                    : result == String.class
                            ? type.equals(SimpleType.STRING)
                            : type.equals(SimpleType.INT) || type.equals(SimpleType.DOUBLE);
            if (!fits) {
                throw new IllegalArgumentException(name + ": '" + text + "' is a " + type.name() + " (expected "
                        + (result == Boolean.class
                                ? "true or false: a comparison, as size > 1024"
                                : result == String.class ? "a text" : "a number")
                        + ")");
            }
            Set<String> used = new TreeSet<>();
            ast.getReferenceMap().values().forEach(reference -> used.add(reference.name()));
            return new Where(name, text, RUNTIME.createProgram(ast), used);
        } catch (CelValidationException e) {
            String said = e.getErrors().stream()
                    .findFirst()
                    .map(issue -> "column " + (issue.getSourceLocation().getColumn() + 1) + ": "
                            + issue.getMessage().lines().findFirst().orElse(""))
                    .orElse("it can't be understood");
            throw new IllegalArgumentException(name + ": '" + text + "': " + said, e);
        } catch (CelEvaluationException e) {
            throw new IllegalArgumentException(name + ": '" + text + "': " + e.getMessage(), e);
        }
    }

    /** Whether it asks for something that only the whole value tells. */
    public boolean needsValue() {
        return used.stream().anyMatch(OF_VALUE::contains);
    }

    /**
     * What it says of a record.
     *
     * @param elements of the value, nothing of which is looked at unless it {@link #needsValue}
     * @throws IllegalArgumentException if it can't be evaluated for this record
     */
    boolean test(RecordHeader header, List<WholeRecord.Element> elements, long sizeBytes, long nowMillis) {
        return (Boolean) value(header, elements, sizeBytes, nowMillis);
    }

    /** The same, of any result. */
    public Object value(RecordHeader header, List<WholeRecord.Element> elements, long sizeBytes, long nowMillis) {
        try {
            return program.eval(
                    variable -> Optional.ofNullable(variable(variable, header, elements, sizeBytes, nowMillis)));
        } catch (CelEvaluationException e) {
            String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            throw new IllegalArgumentException(
                    name + ": '" + text + "' can't be said of a record (" + why + "); guard it, as with has()", e);
        }
    }

    private static Object variable(
            String name, RecordHeader header, List<WholeRecord.Element> elements, long sizeBytes, long nowMillis) {
        return switch (name) {
            case "key" -> header.key().toText();
            case "type" -> header.type().name().toLowerCase(Locale.ROOT);
            case "ttl" -> header.expires() ? (header.expiresAtMillis() - nowMillis) / 1000.0 : -1.0;
            case "size" -> sizeBytes;
            case "elements" -> elementsOf(elements);
            case "value" -> text(elements);
            case "fields" -> fields(elements);
            case "metadata" -> header.metadata();
            default -> throw new IllegalArgumentException("variable: " + name);
        };
    }

    private static long elementsOf(List<WholeRecord.Element> elements) {
        boolean string = elements.stream().allMatch(e -> e instanceof WholeRecord.Chunk);
        if (string) {
            return 1;
        }
        boolean stream = elements.stream().anyMatch(e -> e instanceof WholeRecord.State);
        return stream
                ? elements.stream().filter(e -> e instanceof WholeRecord.Entry).count()
                : elements.size();
    }

    private static String text(List<WholeRecord.Element> elements) {
        java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
        for (WholeRecord.Element element : elements) {
            if (element instanceof WholeRecord.Chunk chunk) {
                all.write(
                        chunk.name().array(),
                        chunk.name().offset(),
                        chunk.name().length());
            }
        }
        return all.toString(java.nio.charset.StandardCharsets.UTF_8);
    }

    private static Map<String, String> fields(List<WholeRecord.Element> elements) {
        Map<String, String> fields = new HashMap<>();
        for (WholeRecord.Element element : elements) {
            if (element instanceof WholeRecord.Field field) {
                fields.put(field.name().toText(), field.value().toText());
            }
        }
        return fields;
    }
}
