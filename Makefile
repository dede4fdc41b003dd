# The front door. `make run` and `make test` are all that a fresh machine needs: each installs what it lacks.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run cluster test chaos bench format build page tools clean

NEED := ./src/build/need
JDK = $(shell $(NEED) jdk)
export JAVA_HOME = $(JDK)
MVN = mvn -B -ntp
JAR := target/parley.jar
SOURCES = $(shell find src/main pom.xml cluster.xml conf -type f 2>/dev/null)
AOT := target/parley.aot
CLUSTER_AOT := target/parley-cluster.aot
BASE_FLAGS := -XX:+UseSerialGC -Xms64m -XX:NewSize=12m -XX:TrimNativeHeapInterval=2000 -XX:+UseCompactObjectHeaders --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow
# The AOT cache halves start-up and costs some 20 MiB; without the file the flag only costs a warning. Nodes of a cluster have one
# of their own: with all that they run it would cost others another 40 MiB.
CACHE = $(AOT)
cluster chaos: CACHE = $(CLUSTER_AOT)
JAVA_FLAGS ?= $(BASE_FLAGS) -XX:AOTCache=$(CURDIR)/$(CACHE)
export JAVA_FLAGS
# Our own clients use what the server uses.
CLIENT_FLAGS := --add-opens java.base/sun.nio.ch=ALL-UNNAMED --add-opens java.base/com.sun.crypto.provider=ALL-UNNAMED --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow

help: ## what there is to make
	@grep -hE '^[a-z]+:.*##' Makefile | sed -E 's/^([a-z]+):[^#]*## /  make \1\t/'

run: $(AOT) ## a development server that a browser can join (keys devkey/secret)
	@exec $(JAVA_HOME)/bin/java $(JAVA_FLAGS) -jar $(JAR) --dev $(ARGS)

cluster: $(CLUSTER_AOT) ## three nodes on this machine, one cluster; Ctrl-C stops all three
	@$(NEED) curl >/dev/null
	@JAR=$(JAR) exec ./src/build/cluster

test: ## all tests; ARGS=-Dtest=NAME for one
	@$(NEED) jdk mvn node chromium firefox python redis >/dev/null
	@$(MAKE) --no-print-directory page
	@$(NEED) tests
	@$(MVN) test $(ARGS)

chaos: $(CLUSTER_AOT) target/chaos.classpath ## failure runs on three nodes of their own; ARGS=--list says which
	@$(NEED) iproute iptables redis >/dev/null || true
	@exec $(JAVA_HOME)/bin/java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx1g $(CLIENT_FLAGS) -cp target/test-classes:target/classes:$$(cat target/chaos.classpath) io.parley.chaos.Chaos $(ARGS)

target/chaos.classpath: $(SOURCES) $(shell find src/test/java -type f) | page
	@$(NEED) jdk mvn >/dev/null
	@echo "building the failure runs"
	@$(MVN) -q test-compile dependency:build-classpath -Dmdep.outputFile=$@.new -Dspotless.check.skip -Dcheckstyle.skip
	@mv $@.new $@

bench: $(AOT) ## the server's cost beside the machine's floor, in network namespaces
	@$(NEED) go iproute python3 >/dev/null
	@exec ./bench/run $(ARGS)

format: ## the formatter's work on all sources
	@$(NEED) jdk mvn >/dev/null
	@$(MVN) -q spotless:apply

build: $(JAR) ## target/parley.jar

$(JAR): $(SOURCES) | page
	@$(NEED) jdk mvn >/dev/null
	@echo "building $(JAR)"
	@$(MVN) -q package -Dmaven.test.skip=true -Dspotless.check.skip -Dcheckstyle.skip
	@touch $(JAR)

# Whatever a recording complains of is in its log.
RECORD = $(JAVA_HOME)/bin/java $(BASE_FLAGS) -XX:AOTCacheOutput=$@ -jar $(JAR) --dev --train --log-level warn --port 27880 --rtc.tcp_port 0 --udp-port 27882

$(AOT): $(JAR)
	@echo "recording a start in $@"
	@$(RECORD) >target/aot.log 2>&1 || { cat target/aot.log; exit 1; }

$(CLUSTER_AOT): $(JAR)
	@echo "recording a start in $@"
	@$(RECORD) --cluster --cluster-port 27883 --cluster-members 127.0.0.1:27883 >target/aot-cluster.log 2>&1 || { cat target/aot-cluster.log; exit 1; }

page: ## packs the page behind /try
	@$(NEED) node >/dev/null
	@./src/build/page

clean: ## forgets what was built
	@rm -rf target
