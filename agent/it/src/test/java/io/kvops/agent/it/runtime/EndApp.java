package io.kvops.agent.it.runtime;

/** Calls a store of its own once, and says when its main is over. */
public final class EndApp {
    private EndApp() {}

    public static void main(String[] args) {
        get("user:1");
        System.out.println("over");
    }

    static String get(String key) {
        return key;
    }
}
