package io.aidc.training.federated;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps the heads of clients between rounds; on a client's own machine, for instance in a file. */
public interface HeadStore {
    /**
     * Gives a client's head.
     *
     * @param client its name
     * @return the head last saved; empty if there is none yet
     */
    Optional<float[]> load(String client);

    /**
     * Saves a client's head.
     *
     * @param client its name
     * @param head its own parameters; not modified afterwards
     */
    void save(String client, float[] head);

    /**
     * Makes a store in memory, for simulations.
     *
     * @return a store, thread-safe
     */
    static HeadStore inMemory() {
        Map<String, float[]> heads = new ConcurrentHashMap<>();
        return new HeadStore() {
            @Override
            public Optional<float[]> load(String client) {
                return Optional.ofNullable(heads.get(client));
            }

            @Override
            public void save(String client, float[] head) {
                heads.put(client, head);
            }
        };
    }
}
