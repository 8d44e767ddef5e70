package io.kvops.agent.it.runtime;

/** The smallest application. */
public final class HelloApp {
    private HelloApp() {}

    public static void main(String[] args) {
        System.out.println("hello");
    }
}
