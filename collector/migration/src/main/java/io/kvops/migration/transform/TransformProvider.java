package io.kvops.migration.transform;

/**
 * Makes one kind of transforms: found by {@link java.util.ServiceLoader} (a public class with a public constructor without
 * arguments, named in {@code META-INF/services/io.kvops.migration.transform.TransformProvider}).
 */
public interface TransformProvider {
    /** What stands before the colon, as {@code rename}. */
    String name();

    /** What stands behind the colon, for people. */
    String usage();

    /**
     * Makes one.
     *
     * @param argument what stands behind the colon
     * @throws IllegalArgumentException what was given and what is expected
     */
    RecordTransform of(String argument);
}
