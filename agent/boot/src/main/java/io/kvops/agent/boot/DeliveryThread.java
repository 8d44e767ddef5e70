package io.kvops.agent.boot;

/** Loads the core beside the application's start, to deliver what dead processes left. */
final class DeliveryThread extends Thread {
    private static final long EXIT_MILLIS = 2_000;

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
                delivery.join(EXIT_MILLIS);
                AgentCore core = delivery.isAlive() ? null : delivery.holder.get();
                if (core != null) {
                    core.finishDelivery();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
