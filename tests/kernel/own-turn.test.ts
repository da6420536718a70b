import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import { inOwnTurn, resumeOwnTurns } from "../../kernel/session/own-turn.js";

test("what comes first runs first, also what comes while the first have long been waiting", async () => {
  const order: number[] = [];
  let given = 0;
  for (let burst = 0; burst < 6; burst += 1) {
    for (let i = 0; i < 12; i += 1) {
      const number = given++;
      inOwnTurn(() => order.push(number));
    }
    for (let turns = 0; turns < 3; turns += 1) await turn();
  }
  await expect.poll(() => order.length).toBe(given);
  expect(order).toEqual(Array.from({ length: given }, (_, i) => i));
});

test("each runs in a turn in which no immediate has run before", async () => {
  let ranInTurn = 0;
  const before: number[] = [];
  const count = (): void => void (ranInTurn += 1);
  for (let i = 0; i < 5; i += 1) {
    setImmediate(count);
    inOwnTurn(() => before.push(ranInTurn));
    setImmediate(count);
    await turn();
    ranInTurn = 0;
  }
  await expect.poll(() => before.length).toBe(5);
  expect(before).toEqual([0, 0, 0, 0, 0]);
});

test("immediates without end hold up nothing", async () => {
  let goesOn = true;
  const again = (): void => void (goesOn && setImmediate(again));
  again();
  let ran = 0;
  for (let i = 0; i < 3; i += 1) inOwnTurn(() => (ran += 1));
  await expect.poll(() => ran).toBe(3);
  goesOn = false;
});

test("what one throws keeps no other from its turn, and going on again runs nothing twice", async () => {
  const thrown: unknown[] = [];
  const [listener, ...others] = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException");
  process.on("uncaughtException", (error) => thrown.push(error.message));
  const order: number[] = [];
  try {
    inOwnTurn(() => {
      throw new Error("broken");
    });
    for (let i = 0; i < 4; i += 1) inOwnTurn(() => order.push(i));
    for (let i = 0; i < 8; i += 1) {
      resumeOwnTurns();
      await turn();
    }
    await expect.poll(() => order.length).toBe(4);
  } finally {
    process.removeAllListeners("uncaughtException");
    for (const each of [listener, ...others]) if (each) process.on("uncaughtException", each);
  }
  expect(thrown).toEqual(["broken"]);
  expect(order).toEqual([0, 1, 2, 3]);
});
