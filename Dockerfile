# syntax=docker/dockerfile:1
# One image, one fat jar: one stage builds it, one records a start (the AOT cache needs the very same JDK and flags), the last one
# runs it as nobody in particular.
FROM maven:3.9-eclipse-temurin-25 AS build
RUN apt-get update && apt-get install -y --no-install-recommends nodejs npm make curl && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN make build

FROM eclipse-temurin:25-jre AS base
WORKDIR /opt/parley
ENV JAVA_FLAGS="-XX:+UseSerialGC -Xms64m -XX:NewSize=12m -XX:TrimNativeHeapInterval=2000 -XX:+UseCompactObjectHeaders --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow"

FROM base AS train
COPY --from=build /src/target/parley.jar parley.jar
RUN java $JAVA_FLAGS -XX:AOTCacheOutput=parley.aot -jar parley.jar --dev --train --log-level warn
RUN java $JAVA_FLAGS -XX:AOTCacheOutput=parley-cluster.aot -jar parley.jar --dev --train --cluster --cluster-members 127.0.0.1:5701 --log-level warn

FROM base
RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/* \
    && useradd --system --home /opt/parley --shell /usr/sbin/nologin parley
COPY --from=train /opt/parley/parley.jar /opt/parley/parley.aot /opt/parley/parley-cluster.aot ./
COPY conf/parley.yaml cluster.xml ./
USER parley
EXPOSE 7880/tcp 7881/tcp 7882/udp 5701/tcp
HEALTHCHECK --interval=5s --timeout=2s --start-period=10s CMD curl -fsS http://127.0.0.1:7880/live || exit 1
# For a node of a cluster: parley-cluster.aot.
ENV AOT_CACHE=parley.aot
ENTRYPOINT ["/bin/sh", "-c", "exec java $JAVA_FLAGS -XX:AOTCache=$AOT_CACHE -jar parley.jar \"$@\"", "parley"]
