package io.kvops.agent.probe.rocksdb;

import java.lang.annotation.Annotation;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.asm.Advice.OffsetMapping;
import net.bytebuddy.description.annotation.AnnotationDescription;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.description.method.ParameterDescription;
import net.bytebuddy.description.method.ParameterList;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.implementation.bytecode.assign.Assigner;

/**
 * Binds the data arguments of RocksDB's many overloads by their types, so that one advice serves all: the first {@code byte[]}
 * or {@code ByteBuffer} is the key, the second the value; two ints after one of them are its offset and length. What an
 * overload lacks is null, or 0 for an offset, or 0 for a length (which stands for all of it).
 */
final class DataArgument<T extends Annotation> implements OffsetMapping.Factory<T>, OffsetMapping {
    /** The key: a byte[] or a ByteBuffer. */
    @Retention(RetentionPolicy.RUNTIME)
    @interface Key {}

    @Retention(RetentionPolicy.RUNTIME)
    @interface KeyOffset {}

    @Retention(RetentionPolicy.RUNTIME)
    @interface KeyLength {}

    /** The value, or the buffer for it. */
    @Retention(RetentionPolicy.RUNTIME)
    @interface Value {}

    @Retention(RetentionPolicy.RUNTIME)
    @interface ValueLength {}

    /** The name of the operation. */
    @Retention(RetentionPolicy.RUNTIME)
    @interface OpName {}

    private final Class<T> annotation;
    private final int data;
    private final int shift;

    private DataArgument(Class<T> annotation, int data, int shift) {
        this.annotation = annotation;
        this.data = data;
        this.shift = shift;
    }

    /** All of them, and the name. */
    static Advice.WithCustomMapping mapping(String opName) {
        return Advice.withCustomMapping()
                .bind(OpName.class, opName)
                .bind(new DataArgument<>(Key.class, 0, 0))
                .bind(new DataArgument<>(KeyOffset.class, 0, 1))
                .bind(new DataArgument<>(KeyLength.class, 0, 2))
                .bind(new DataArgument<>(Value.class, 1, 0))
                .bind(new DataArgument<>(ValueLength.class, 1, 2));
    }

    @Override
    public Class<T> getAnnotationType() {
        return annotation;
    }

    @Override
    public OffsetMapping make(
            ParameterDescription.InDefinedShape target,
            AnnotationDescription.Loadable<T> loadable,
            AdviceType adviceType) {
        return this;
    }

    @Override
    public Target resolve(
            TypeDescription type,
            MethodDescription method,
            Assigner assigner,
            Advice.ArgumentHandler arguments,
            Sort sort) {
        ParameterList<?> parameters = method.getParameters();
        int index = indexOfData(parameters);
        if (index < 0 || (shift > 0 && !isRange(parameters, index))) {
            return shift > 0
                    ? new Target.ForDefaultValue.ReadOnly(TypeDescription.ForLoadedType.of(int.class))
                    : new Target.ForDefaultValue.ReadOnly(TypeDescription.ForLoadedType.of(Object.class));
        }
        ParameterDescription parameter = parameters.get(index + shift);
        return new Target.ForVariable.ReadOnly(parameter.getType(), arguments.argument(parameter.getOffset()));
    }

    private int indexOfData(ParameterList<?> parameters) {
        int seen = 0;
        for (ParameterDescription parameter : parameters) {
            TypeDescription type = parameter.getType().asErasure();
            if (type.represents(byte[].class) || type.getName().equals("java.nio.ByteBuffer")) {
                if (seen++ == data) {
                    return parameter.getIndex();
                }
            }
        }
        return -1;
    }

    private static boolean isRange(ParameterList<?> parameters, int index) {
        return index + 2 < parameters.size()
                && parameters.get(index + 1).getType().represents(int.class)
                && parameters.get(index + 2).getType().represents(int.class);
    }
}
