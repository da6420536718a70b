# Everything in one image: library, command line, JupyterLab with the kernel, native TensorFlow for the CPU.
#   docker build -t diffrepairer .
#   docker run --rm -it -p 8888:8888 -v "$PWD:/work" diffrepairer lab --ip 0.0.0.0 --no-browser
FROM node:20-bookworm-slim

RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates g++ python3 python3-venv \
    && rm -rf /var/lib/apt/lists/*

# The user's id is that of most hosts' first user, so that files in /work belong to them.
USER node
WORKDIR /home/node/diffrepairer
COPY --chown=node:node . .
RUN npm run setup && rm -rf .setup/downloads /home/node/.npm /home/node/.cache

ENV DIFFREPAIRER_CACHE=/home/node/.cache/diffrepairer
WORKDIR /work
EXPOSE 8888
ENTRYPOINT ["node", "/home/node/diffrepairer/dist/src/cli/main.js"]
CMD ["doctor"]
