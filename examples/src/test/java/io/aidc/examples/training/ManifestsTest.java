package io.aidc.examples.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.training.dist.Launch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The manifests against one another and against the program that they start. No cluster is asked. */
class ManifestsTest {
    private static final Path FOLDER = Path.of(System.getProperty("aidc.root"), "examples", "kubernetes");
    private static final String INSTANCE = "app.kubernetes.io/instance";

    private static Manifest job() throws IOException {
        return Manifest.only("Job", "digits", FOLDER.resolve("job.yaml"));
    }

    private static Manifest kubeflow() throws IOException {
        return Manifest.only("PyTorchJob", "digits-kubeflow", FOLDER.resolve("pytorchjob.yaml"));
    }

    private static Manifest container(Manifest template) {
        List<Manifest> containers = template.all("spec", "containers");
        assertThat(containers).hasSize(1);
        return containers.get(0);
    }

    private static List<Manifest> templates() throws IOException {
        Manifest replicas = kubeflow().at("spec", "pytorchReplicaSpecs");
        return List.of(
                job().at("spec", "template"), replicas.at("Master", "template"), replicas.at("Worker", "template"));
    }

    private static List<String> entryPoint() throws IOException {
        String text = Files.readString(FOLDER.resolve("Containerfile"));
        String line = text.substring(text.indexOf("ENTRYPOINT")).replace("\\\n", "");
        return Pattern.compile("\"([^\"]*)\"")
                .matcher(line)
                .results()
                .map(word -> word.group(1))
                .toList();
    }

    private static ClusterOptions options(Manifest container) {
        return ClusterOptions.parse(container.texts("args").toArray(String[]::new));
    }

    @Test
    void job_givesEachWorkerThePlaceThatTheProgramReads() throws IOException {
        Manifest spec = job().at("spec");
        Manifest worker = container(spec.at("template"));
        Manifest service = Manifest.only("Service", "digits", FOLDER.resolve("job.yaml"));
        Map<String, String> variables = new HashMap<>();
        for (Manifest variable : worker.all("env")) {
            variables.put(variable.text("name"), variable.has("value") ? variable.text("value") : "index");
        }
        assertThat(variables.put("RANK", "2")).isEqualTo("index");

        Launch.Environment launch = options(worker).launch(variables);

        assertThat(worker.named("name", "RANK", "env").text("valueFrom", "fieldRef", "fieldPath"))
                .isEqualTo("metadata.annotations['batch.kubernetes.io/job-completion-index']");
        assertThat(spec.text("completionMode")).isEqualTo("Indexed");
        assertThat(launch.workers()).isEqualTo(spec.number("completions")).isEqualTo(spec.number("parallelism"));
        assertThat(launch.host())
                .isEqualTo("%s-0.%s".formatted(job().text("metadata", "name"), service.text("metadata", "name")));
        assertThat(spec.text("template", "spec", "subdomain")).isEqualTo(service.text("metadata", "name"));
        assertThat(launch.port())
                .isEqualTo(service.all("spec", "ports").get(0).number("port"))
                .isEqualTo(worker.all("ports").get(0).number("containerPort"));
        assertThat(launch.isTrusted()).isTrue();
        assertThat(launch.least()).isBetween(launch.workers() / 2 + 1, launch.workers() - 1);
    }

    @Test
    void service_namesThePodsBeforeTheyAreReady() throws IOException {
        Manifest service =
                Manifest.only("Service", "digits", FOLDER.resolve("job.yaml")).at("spec");

        assertThat(service.text("clusterIP")).isEqualTo("None");
        assertThat(service.text("publishNotReadyAddresses")).isEqualTo("true");
        assertThat(service.text("selector", INSTANCE))
                .isEqualTo(job().text("spec", "template", "metadata", "labels", INSTANCE));
    }

    @Test
    void job_triesAgainWhatAnotherTryCanMend() throws IOException {
        Manifest spec = job().at("spec");
        List<Manifest> rules = spec.all("podFailurePolicy", "rules");

        assertThat(spec.text("template", "spec", "restartPolicy")).isEqualTo("Never");
        assertThat(spec.number("backoffLimitPerIndex")).isGreaterThan(1);
        assertThat(spec.text("podReplacementPolicy")).isEqualTo("Failed");
        assertThat(rules.get(0).text("action")).isEqualTo("FailJob");
        assertThat(rules.get(0).texts("onExitCodes", "values"))
                .containsExactly(Integer.toString(ClusterExample.MISUSE));
        assertThat(rules.get(0).text("onExitCodes", "containerName"))
                .isEqualTo(container(spec.at("template")).text("name"));
        assertThat(rules.get(1).text("action")).isEqualTo("Ignore");
        assertThat(rules.get(1).all("onPodConditions").get(0).text("type")).isEqualTo("DisruptionTarget");
    }

    /** The operator looks for a container and a port of these names, and sets the variables itself. */
    @Test
    void kubeflowJob_isOneThatTheOperatorUnderstands() throws IOException {
        Manifest replicas = kubeflow().at("spec", "pytorchReplicaSpecs");
        Manifest master = container(replicas.at("Master", "template"));

        assertThat(kubeflow().text("apiVersion")).isEqualTo("kubeflow.org/v1");
        assertThat(replicas.number("Master", "replicas")).isEqualTo(1);
        assertThat(replicas.number("Worker", "replicas")).isGreaterThan(1);
        assertThat(master.text("name")).isEqualTo("pytorch");
        assertThat(master.named("name", "pytorchjob-port", "ports").number("containerPort"))
                .isBetween(1024, 65_535);
        assertThat(master.all("env").stream().map(variable -> variable.text("name")))
                .doesNotContain("RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT");
        Map<String, String> variables = Map.of(
                "RANK",
                "1",
                "WORLD_SIZE",
                Integer.toString(1 + replicas.number("Worker", "replicas")),
                "MASTER_ADDR",
                kubeflow().text("metadata", "name") + "-master-0",
                "MASTER_PORT",
                master.named("name", "pytorchjob-port", "ports").text("containerPort"));
        assertThat(options(master).launch(variables).least()).isEqualTo(2);
    }

    @Test
    void pods_runWithNothingMoreThanTheyNeed() throws IOException {
        for (Manifest template : templates()) {
            Manifest pod = template.at("spec");
            Manifest container = container(template);
            assertThat(pod.text("automountServiceAccountToken")).isEqualTo("false");
            assertThat(pod.text("securityContext", "runAsNonRoot")).isEqualTo("true");
            assertThat(pod.number("securityContext", "runAsUser")).isPositive();
            assertThat(pod.text("securityContext", "seccompProfile", "type")).isEqualTo("RuntimeDefault");
            assertThat(container.text("securityContext", "allowPrivilegeEscalation"))
                    .isEqualTo("false");
            assertThat(container.text("securityContext", "readOnlyRootFilesystem"))
                    .isEqualTo("true");
            assertThat(container.texts("securityContext", "capabilities", "drop"))
                    .containsExactly("ALL");
            assertThat(container.text("resources", "limits", "memory"))
                    .isEqualTo(container.text("resources", "requests", "memory"));
            assertThat(container
                            .named("name", "OMP_NUM_THREADS", "env")
                            .text("valueFrom", "resourceFieldRef", "containerName"))
                    .isEqualTo(container.text("name"));
        }
    }

    @Test
    void image_startsTheProgramOfThisModule() throws Exception {
        List<String> command = entryPoint();

        assertThat(command.get(0)).isEqualTo("java");
        Class<?> main = Class.forName(command.get(command.size() - 1));
        assertThat(main).isEqualTo(ClusterExample.class);
        assertThat(main.getMethod("main", String[].class).getReturnType()).isEqualTo(void.class);
        String user = Pattern.compile("USER (\\d+):(\\d+)")
                .matcher(Files.readString(FOLDER.resolve("Containerfile")))
                .results()
                .findFirst()
                .orElseThrow()
                .group(1);
        for (Manifest template : templates()) {
            assertThat(template.text("spec", "securityContext", "runAsUser")).isEqualTo(user);
            assertThat(container(template).has("command")).isFalse();
        }
    }

    @Test
    void directories_thatTheProgramWrites_areVolumes() throws IOException {
        List<String> command = entryPoint();
        String claim = Manifest.read(FOLDER.resolve("storage.yaml")).get(0).text("metadata", "name");
        for (Manifest template : templates()) {
            Manifest container = container(template);
            for (String property : List.of("java.io.tmpdir", "org.bytedeco.javacpp.cachedir")) {
                String directory = command.stream()
                        .filter(word -> word.startsWith("-D" + property + "="))
                        .findFirst()
                        .orElseThrow()
                        .substring(property.length() + 3);
                String volume =
                        container.named("mountPath", directory, "volumeMounts").text("name");
                assertThat(template.named("name", volume, "spec", "volumes").has("emptyDir"))
                        .isTrue();
            }
            Path output = options(container).output();
            String mount = container.named("name", "data", "volumeMounts").text("mountPath");
            assertThat(output.getParent()).isEqualTo(Path.of(mount));
            assertThat(template.named("name", "data", "spec", "volumes").text("persistentVolumeClaim", "claimName"))
                    .isEqualTo(claim);
        }
        assertThat(options(container(templates().get(0))).output())
                .isNotEqualTo(options(container(templates().get(1))).output());
    }

    @ParameterizedTest
    @ValueSource(strings = {"digits", "digits-kubeflow"})
    void workers_areReachedByWorkersOfTheirJobAlone(String instance) throws IOException {
        Manifest policy = Manifest.only("NetworkPolicy", instance, FOLDER.resolve("network-policy.yaml"))
                .at("spec");
        Map<?, ?> own = Map.of(INSTANCE, instance);

        assertThat(policy.at("podSelector", "matchLabels").value()).isEqualTo(own);
        assertThat(policy.texts("policyTypes")).containsExactly("Ingress", "Egress");
        assertThat(policy.all("ingress")).hasSize(1);
        List<Manifest> from = policy.all("ingress").get(0).all("from");
        assertThat(from).hasSize(1);
        assertThat(from.get(0).has("namespaceSelector")).isFalse();
        assertThat(from.get(0).at("podSelector", "matchLabels").value()).isEqualTo(own);
        List<Manifest> egress = policy.all("egress");
        assertThat(egress).hasSize(2);
        assertThat(egress.get(0)
                        .all("to")
                        .get(0)
                        .at("podSelector", "matchLabels")
                        .value())
                .isEqualTo(own);
        assertThat(egress.get(1).all("ports").stream().map(port -> port.number("port")))
                .containsOnly(53);
        Stream<Manifest> pods = templates().stream()
                .filter(template ->
                        template.text("metadata", "labels", INSTANCE).equals(instance));
        assertThat(pods).isNotEmpty();
    }

    @Test
    void kustomization_listsEveryManifestOfTheJob_andItsImage() throws IOException {
        Manifest kustomization =
                Manifest.read(FOLDER.resolve("kustomization.yaml")).get(0);
        Manifest image = kustomization.all("images").get(0);

        assertThat(kustomization.texts("resources"))
                .containsExactlyInAnyOrder("namespace.yaml", "storage.yaml", "network-policy.yaml", "job.yaml");
        for (Manifest template : templates()) {
            assertThat(container(template).text("image")).isEqualTo(image.text("name") + ":" + image.text("newTag"));
        }
        String namespace =
                Manifest.read(FOLDER.resolve("namespace.yaml")).get(0).text("metadata", "name");
        for (String file : List.of("storage.yaml", "network-policy.yaml", "job.yaml", "pytorchjob.yaml")) {
            for (Manifest document : Manifest.read(FOLDER.resolve(file))) {
                assertThat(document.text("metadata", "namespace")).isEqualTo(namespace);
            }
        }
    }

    @Test
    void readme_speaksOfTheNamesInTheManifests() throws IOException {
        String readme = Files.readString(FOLDER.resolve("README.md"));

        assertThat(readme)
                .contains(container(templates().get(0)).text("image"))
                .contains("-n " + job().text("metadata", "namespace"))
                .contains("job/" + job().text("metadata", "name"))
                .contains("pytorchjob/" + kubeflow().text("metadata", "name"));
        try (Stream<Path> files = Files.list(FOLDER)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .filteredOn(name -> !name.equals("README.md"))
                    .hasSize(7)
                    .allSatisfy(name -> assertThat(readme).contains(name));
        }
    }
}
