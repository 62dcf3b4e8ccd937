package io.aidc.training.federated;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

class LocalPopulationTest extends PopulationContract {
    private @Nullable LocalPopulation population;

    @Override
    protected Population population(FederatedClient client) {
        var made = new LocalPopulation(new LocalPopulation.Source(List.of("a"), name -> client, null), 2);
        population = made;
        return made;
    }

    @AfterEach
    void close() {
        if (population != null) {
            population.close();
        }
    }
}
