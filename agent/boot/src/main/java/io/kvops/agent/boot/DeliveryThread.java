package io.kvops.agent.boot;

/** Loads the core beside the application's start, to deliver what dead processes left. */
final class DeliveryThread extends Thread {
    /** For all of the waiting at exit; a JVM that ends may add 300 ms for a thread that is inside a system call. */
    private static final long EXIT_NANOS = 1_600_000_000L;

    private final CoreHolder holder;

    private DeliveryThread(CoreHolder holder) {
        super("kvops-agent-delivery");
        this.holder = holder;
    }

    static void start(CoreHolder holder) {
        DeliveryThread thread = new DeliveryThread(holder);
        thread.setDaemon(true);
        thread.start();
        // now, and not when the core is there: a short application may end before
        Runtime.getRuntime().addShutdownHook(new AtExit(thread));
    }

    @Override
    public void run() {
        AgentCore core = holder.get();
        if (core != null) {
            core.startDelivery();
        }
    }

    private static final class AtExit extends Thread {
        private final DeliveryThread delivery;

        AtExit(DeliveryThread delivery) {
            super("kvops-agent-delivery-exit");
            this.delivery = delivery;
        }

        @Override
        public void run() {
            try {
                long deadline = System.nanoTime() + EXIT_NANOS;
                delivery.join(EXIT_NANOS / 1_000_000);
                AgentCore core = delivery.isAlive() ? null : delivery.holder.get();
                if (core != null) {
                    core.finishDelivery(deadline - System.nanoTime());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
