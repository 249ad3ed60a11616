import type { CommandCases } from "../../../support/command-cases.js";

const ON = "-b {broker}";
const USER = `createUser ${ON} -u case-user -p case-password`;
const RULE = "-s User:case-user -r Topic:case-* -a Pub,Sub -d Allow";

export const authCases: CommandCases = {
  createUser: {
    each: [`deleteUser ${ON} -u case-user`],
    success: "createUser -c {cluster} -u case-user -p case-password -t Super",
    notFound: "createUser -c no-such-cluster -u case-user -p case-password",
    refused: `createUser ${ON} -u case-user -p ''`,
    badValue: "createUser -b nowhere -u case-user -p case-password",
  },
  updateUser: {
    before: [`deleteUser ${ON} -u case-user`, USER],
    success: "updateUser -c {cluster} -u case-user -p better-password",
    notFound: `updateUser ${ON} -u no-such-user -s disable`,
    refused: `updateUser ${ON} -u case-user -t Boss`,
    badValue: `updateUser ${ON} -u case-user -p secret -s disable`,
  },
  deleteUser: {
    each: [USER],
    success: "deleteUser -c {cluster} -u case-user",
    notFound: "deleteUser -c no-such-cluster -u case-user",
    refused: `deleteUser ${ON} -u ''`,
    badValue: "deleteUser -b nowhere -u case-user",
  },
  getUser: {
    before: [`deleteUser ${ON} -u case-user`, USER],
    success: "getUser -c {cluster} -u case-user",
    notFound: `getUser ${ON} -u no-such-user`,
    refused: `getUser ${ON}`,
    badValue: "getUser -b nowhere -u case-user",
  },
  listUser: {
    before: [`deleteUser ${ON} -u case-user`, USER],
    success: "listUser -c {cluster} -f case",
    notFound: "listUser -c no-such-cluster",
    refused: "listUser -b {namesrv}",
    badValue: "listUser -b nowhere",
  },
  copyUser: {
    before: [`deleteUser ${ON} -u case-user`, USER],
    success: "copyUser -f {broker} -t {broker} -u case-user",
    notFound: "copyUser -f {broker} -t {broker} -u no-such-user",
    refused: "copyUser -f {broker} -t {namesrv} -u case-user",
    badValue: "copyUser -f {broker} -t nowhere",
  },
  createAcl: {
    before: [`deleteUser ${ON} -u case-user`, USER],
    success: `createAcl -c {cluster} ${RULE}`,
    notFound: `createAcl ${ON} -s User:no-such-user -r Topic:a -a Pub -d Allow`,
    refused: `createAcl ${ON} -s User:case-user -r Topic:a -a Fly -d Allow`,
    badValue: `createAcl -b nowhere ${RULE}`,
  },
  updateAcl: {
    before: [`deleteUser ${ON} -u case-user`, USER, `createAcl ${ON} ${RULE}`],
    success: "updateAcl -c {cluster} -s User:case-user -r Topic:case-* -a Sub -i 10.0.0.1 -d Deny",
    notFound: `updateAcl ${ON} -s User:no-such-user -r Topic:a -a Pub -d Allow`,
    refused: `updateAcl ${ON} -s User:case-user -r Topic:a -a Pub -d Maybe`,
    badValue: `updateAcl -b nowhere ${RULE}`,
  },
  deleteAcl: {
    before: [`deleteUser ${ON} -u case-user`, USER],
    each: [`createAcl ${ON} ${RULE}`],
    success: "deleteAcl -c {cluster} -s User:case-user",
    notFound: `deleteAcl ${ON} -s User:no-such-user`,
    refused: `deleteAcl ${ON} -s nonsense`,
    badValue: "deleteAcl -b nowhere -s User:case-user",
  },
  getAcl: {
    before: [`deleteUser ${ON} -u case-user`, USER, `createAcl ${ON} ${RULE}`],
    success: "getAcl -c {cluster} -s User:case-user",
    notFound: `getAcl ${ON} -s User:no-such-user`,
    refused: `getAcl ${ON} -s nonsense`,
    badValue: "getAcl -b nowhere -s User:case-user",
  },
  listAcl: {
    before: [`deleteUser ${ON} -u case-user`, USER, `createAcl ${ON} ${RULE}`],
    success: "listAcl -c {cluster} -s case",
    notFound: "listAcl -c no-such-cluster",
    refused: "listAcl -b {namesrv}",
    badValue: "listAcl -b nowhere",
  },
  copyAcl: {
    before: [`deleteUser ${ON} -u case-user`, USER, `createAcl ${ON} ${RULE}`],
    success: "copyAcl -f {broker} -t {broker}",
    notFound: "copyAcl -f {broker} -t {broker} -s User:no-such-user",
    refused: "copyAcl -f {broker} -t {broker} -s nonsense",
    badValue: "copyAcl -f nowhere -t {broker}",
  },
};
