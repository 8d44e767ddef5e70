package io.kvops.agent.boot;

/** Loads the core beside the application's start, to deliver what dead processes left. */
final class DeliveryThread extends Thread {
    private final CoreHolder holder;

    private DeliveryThread(CoreHolder holder) {
        super("kvops-agent-delivery");
        this.holder = holder;
    }

    static void start(CoreHolder holder) {
        DeliveryThread thread = new DeliveryThread(holder);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void run() {
        AgentCore core = holder.get();
        if (core != null) {
            core.startDelivery();
        }
    }
}
