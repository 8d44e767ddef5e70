package io.kvops.agent.core;

import java.util.ArrayList;
import java.util.List;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.description.method.ParameterDescription;
import net.bytebuddy.description.type.TypeDefinition;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.implementation.bytecode.StackManipulation;
import net.bytebuddy.implementation.bytecode.assign.Assigner;
import net.bytebuddy.implementation.bytecode.constant.NullConstant;
import net.bytebuddy.implementation.bytecode.member.MethodInvocation;
import net.bytebuddy.implementation.bytecode.member.MethodVariableAccess;
import org.jspecify.annotations.Nullable;

/**
 * Reads an argument, or what getters give from it on, as {@code 0.request().key()}: plain calls in the instrumented code,
 * no reflection. The empty path reads null. Immutable.
 */
final class ArgumentPath implements Advice.OffsetMapping {
    private final String path;

    ArgumentPath(String path) {
        this.path = path;
    }

    /** Why the path does not fit a method; null if it does. */
    static @Nullable String problem(String path, MethodDescription.InDefinedShape method) {
        int argument = argument(path);
        if (argument >= method.getParameters().size()) {
            return "key:" + path + " names no argument of";
        }
        TypeDescription type = method.getParameters().get(argument).getType().asErasure();
        for (String getter : getters(path)) {
            MethodDescription found = getter(type, getter);
            if (found == null || !found.isVisibleTo(method.getDeclaringType().asErasure())) {
                return "key:" + path + ": " + type.getName() + " has no method " + getter + "() that can be called";
            }
            type = found.getReturnType().asErasure();
        }
        return null;
    }

    private static int argument(String path) {
        int dot = path.indexOf('.');
        return Integer.parseInt(dot < 0 ? path : path.substring(0, dot));
    }

    private static List<String> getters(String path) {
        List<String> getters = new ArrayList<>();
        int dot = path.indexOf('.');
        while (dot >= 0) {
            int next = path.indexOf('.', dot + 1);
            String name = next < 0 ? path.substring(dot + 1) : path.substring(dot + 1, next);
            getters.add(name.endsWith("()") ? name.substring(0, name.length() - 2) : name);
            dot = next;
        }
        return getters;
    }

    private static @Nullable MethodDescription getter(TypeDefinition type, String name) {
        for (MethodDescription method : type.asErasure().getDeclaredMethods()) {
            if (method.getName().equals(name) && method.getParameters().isEmpty() && !method.isStatic()) {
                return method;
            }
        }
        TypeDefinition above = type.getSuperClass();
        MethodDescription found = above == null ? null : getter(above, name);
        for (TypeDefinition one : type.getInterfaces()) {
            if (found == null) {
                found = getter(one, name);
            }
        }
        return found;
    }

    @Override
    public Target resolve(
            TypeDescription instrumentedType,
            MethodDescription instrumentedMethod,
            Assigner assigner,
            Advice.ArgumentHandler arguments,
            Sort sort) {
        if (path.isEmpty()) {
            return new Target.ForStackManipulation(NullConstant.INSTANCE);
        }
        ParameterDescription parameter = instrumentedMethod.getParameters().get(argument(path));
        TypeDescription.Generic type = parameter.getType();
        List<StackManipulation> steps = new ArrayList<>();
        steps.add(MethodVariableAccess.of(type).loadFrom(arguments.argument(parameter.getOffset())));
        for (String name : getters(path)) {
            MethodDescription getter = getter(type, name);
            if (getter == null) {
                throw new IllegalStateException(path);
            }
            steps.add(MethodInvocation.invoke(getter).virtual(type.asErasure()));
            type = getter.getReturnType();
        }
        steps.add(assigner.assign(
                type, TypeDescription.ForLoadedType.of(Object.class).asGenericType(), Assigner.Typing.STATIC));
        return new Target.ForStackManipulation(new StackManipulation.Compound(steps));
    }
}
