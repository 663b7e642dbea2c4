// Generated from the server's routes by `npm run gen`. Not to be edited.

export interface paths {
    "/api/v1/access/bootstrap": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** With the bootstrap token: makes the first admin, and ends that token. */
        post: operations["createFirstAdmin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/checks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The newest result of each check of a subject, with one verdict, and its checklists. */
        get: operations["listChecks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/checks/attest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Vouch for the newest result of a check with a reason; the result itself stays. */
        post: operations["attestCheck"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/checks/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listCheckHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who changed what and when, newest first. */
        get: operations["listHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listPeople"];
        put?: never;
        post: operations["createPerson"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{personId}/disable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put: operations["disablePerson"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{personId}/enable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put: operations["enablePerson"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{personId}/roles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put: operations["setRoles"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/secrets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The latest version of each secret; never a value. */
        get: operations["listSecrets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/secrets/{tenant}/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put: operations["setSecret"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/secrets/{tenant}/{name}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A new version: of the given value, or of one that nobody has seen. */
        post: operations["rotateSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/secrets/{tenant}/{name}/where": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["whereSecret"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Your own tokens; with access.read also those of another person, or with `everyone` all. */
        get: operations["listTokens"];
        put?: never;
        post: operations["createToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens/{tokenId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete: operations["revokeToken"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/whoami": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["whoami"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        ApiToken: {
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            expiresAt: string;
            id: string;
            /** Format: date-time */
            lastUsedAt?: string;
            name: string;
            /** @description Left out: everything its person may do. */
            permissions?: string[];
            personId: string;
            /** Format: date-time */
            revokedAt?: string;
        };
        ApiTokenInput: {
            createdAt: unknown;
            expiresAt: unknown;
            id: string;
            lastUsedAt?: unknown;
            name: string;
            /** @description Left out: everything its person may do. */
            permissions?: string[];
            personId: string;
            revokedAt?: unknown;
        };
        Check: {
            asked: string;
            at: string;
            /** @description What people said about it; the result stays as it was. */
            attestations: {
                actor: string;
                actorName: string;
                /** Format: date-time */
                at: string;
                reason: string;
            }[];
            evidence?: string;
            id: string;
            name: string;
            runId?: string;
            seconds?: number;
            /**
             * @description `unknown` refuses like `fail`.
             * @enum {string}
             */
            status: "pass" | "warn" | "fail" | "unknown" | "not_applicable" | "not_built";
            subject: string;
            summary: string;
            title: string;
            vantage: string;
        };
        CheckInput: {
            asked: string;
            at: string;
            /** @description What people said about it; the result stays as it was. */
            attestations: {
                actor: string;
                actorName: string;
                at: unknown;
                reason: string;
            }[];
            evidence?: string;
            id: string;
            name: string;
            runId?: string;
            seconds?: number;
            /**
             * @description `unknown` refuses like `fail`.
             * @enum {string}
             */
            status: "pass" | "warn" | "fail" | "unknown" | "not_applicable" | "not_built";
            subject: string;
            summary: string;
            title: string;
            vantage: string;
        };
        Checklist: {
            checklist: string;
            items: {
                name: string;
                /** @enum {string} */
                status: "pass" | "warn" | "fail" | "unknown" | "not_applicable" | "not_built";
                title: string;
            }[];
            /** @enum {string} */
            verdict: "pass" | "warn" | "fail";
        };
        ChecklistInput: {
            checklist: string;
            items: {
                name: string;
                /** @enum {string} */
                status: "pass" | "warn" | "fail" | "unknown" | "not_applicable" | "not_built";
                title: string;
            }[];
            /** @enum {string} */
            verdict: "pass" | "warn" | "fail";
        };
        FirstAdmin: {
            /** Format: date-time */
            expiresAt: string;
            person: components["schemas"]["Person"];
            /** @description Shown this once; Nexus keeps only its hash. */
            token: string;
        };
        FirstAdminInput: {
            expiresAt: unknown;
            person: components["schemas"]["PersonInput"];
            /** @description Shown this once; Nexus keeps only its hash. */
            token: string;
        };
        Health: {
            /** @constant */
            status: "up";
        };
        HealthInput: {
            /** @constant */
            status: "up";
        };
        HistoryEntry: {
            action: string;
            actor: string;
            after: unknown;
            /** Format: date-time */
            at: string;
            before: unknown;
            id: string;
            onBehalfOf?: string;
            reason?: string;
            subject: string;
        };
        HistoryEntryInput: {
            action: string;
            actor: string;
            after: unknown;
            at: unknown;
            before: unknown;
            id: string;
            onBehalfOf?: string;
            reason?: string;
            subject: string;
        };
        IssuedToken: {
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            expiresAt: string;
            id: string;
            /** Format: date-time */
            lastUsedAt?: string;
            name: string;
            /** @description Left out: everything its person may do. */
            permissions?: string[];
            personId: string;
            /** Format: date-time */
            revokedAt?: string;
            /** @description Shown this once; Nexus keeps only its hash. */
            token: string;
        };
        IssuedTokenInput: {
            createdAt: unknown;
            expiresAt: unknown;
            id: string;
            lastUsedAt?: unknown;
            name: string;
            /** @description Left out: everything its person may do. */
            permissions?: string[];
            personId: string;
            revokedAt?: unknown;
            /** @description Shown this once; Nexus keeps only its hash. */
            token: string;
        };
        Person: {
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            disabledAt?: string;
            email: string;
            id: string;
            name: string;
            roles: ("sales" | "provisioning" | "platform" | "iam" | "support" | "viewer" | "auditor" | "admin")[];
        };
        PersonInput: {
            createdAt: unknown;
            disabledAt?: unknown;
            email: string;
            id: string;
            name: string;
            roles: ("sales" | "provisioning" | "platform" | "iam" | "support" | "viewer" | "auditor" | "admin")[];
        };
        Problem: {
            /**
             * @description `noun.what`; a contract, match on it.
             * @example order.not_found
             */
            code: string;
            detail: string;
            /** @description The next step a person can take. */
            hint?: string;
            kind: string;
            /** @description A sentence for people. */
            message: string;
            /** @description Every problem of the request at once. */
            problems?: {
                message: string;
                path: string;
            }[];
            requestId: string;
            status: number;
            title: string;
            /** @description The page about this code. */
            type: string;
        };
        ProblemInput: {
            /**
             * @description `noun.what`; a contract, match on it.
             * @example order.not_found
             */
            code: string;
            detail: string;
            /** @description The next step a person can take. */
            hint?: string;
            kind: string;
            /** @description A sentence for people. */
            message: string;
            /** @description Every problem of the request at once. */
            problems?: {
                message: string;
                path: string;
            }[];
            requestId: string;
            status: number;
            title: string;
            /** @description The page about this code. */
            type: string;
        };
        Readiness: {
            checks: {
                name: string;
                /** @enum {string} */
                status: "pass" | "warn" | "fail" | "unknown" | "not_applicable" | "not_built";
                summary: string;
                title: string;
            }[];
            /** @enum {string} */
            status: "pass" | "warn" | "fail";
        };
        ReadinessInput: {
            checks: {
                name: string;
                /** @enum {string} */
                status: "pass" | "warn" | "fail" | "unknown" | "not_applicable" | "not_built";
                summary: string;
                title: string;
            }[];
            /** @enum {string} */
            status: "pass" | "warn" | "fail";
        };
        Secret: {
            /** Format: date-time */
            createdAt: string;
            createdBy: string;
            name: string;
            ref: string;
            tenant: string;
            version: number;
        };
        SecretInput: {
            createdAt: unknown;
            createdBy: string;
            name: string;
            ref: string;
            tenant: string;
            version: number;
        };
        SecretRef: {
            /**
             * @description What to write where the value is meant.
             * @example secret:acme/API_KEY@2
             */
            ref: string;
            version: number;
        };
        SecretRefInput: {
            /**
             * @description What to write where the value is meant.
             * @example secret:acme/API_KEY@2
             */
            ref: string;
            version: number;
        };
        SecretUses: {
            ref: string;
            uses: {
                place: string;
                subject: string;
            }[];
            version: number;
        };
        SecretUsesInput: {
            ref: string;
            uses: {
                place: string;
                subject: string;
            }[];
            version: number;
        };
        Whoami: {
            id: string;
            name: string;
            permissions: string[];
        };
        WhoamiInput: {
            id: string;
            name: string;
            permissions: string[];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    createFirstAdmin: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: email */
                    email: string;
                    name: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FirstAdmin"];
                };
            };
            /** @description What went wrong, and what to do. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listChecks: {
        parameters: {
            query: {
                /** @description The id of what was looked at: an order, a host, an instance. */
                subject: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        checklists: components["schemas"]["Checklist"][];
                        items: components["schemas"]["Check"][];
                        /** @enum {string} */
                        verdict: "pass" | "warn" | "fail";
                    };
                };
            };
            /** @description What went wrong, and what to do. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    attestCheck: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body is answered as it was the first time, for a day. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    reason: string;
                    /** @description The id of what was looked at: an order, a host, an instance. */
                    subject: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Check"];
                };
            };
            /** @description What went wrong, and what to do. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listCheckHistory: {
        parameters: {
            query: {
                after?: string;
                limit?: number;
                name?: string;
                /** @description The id of what was looked at: an order, a host, an instance. */
                subject: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Check"][];
                        next?: string;
                    };
                };
            };
            /** @description What went wrong, and what to do. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listHistory: {
        parameters: {
            query?: {
                /** @description One action, or all of a noun: `order`. */
                action?: string;
                /** @description Who acted, or on whose behalf. */
                actor?: string;
                after?: string;
                limit?: number;
                subject?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["HistoryEntry"][];
                        next?: string;
                    };
                };
            };
            /** @description What went wrong, and what to do. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listPeople: {
        parameters: {
            query?: {
                after?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Person"][];
                        next?: string;
                    };
                };
            };
            /** @description What went wrong, and what to do. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createPerson: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body is answered as it was the first time, for a day. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: email */
                    email: string;
                    name: string;
                    roles: ("sales" | "provisioning" | "platform" | "iam" | "support" | "viewer" | "auditor" | "admin")[];
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Person"];
                };
            };
            /** @description What went wrong, and what to do. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    disablePerson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                personId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Person"];
                };
            };
            /** @description What went wrong, and what to do. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    enablePerson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                personId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Person"];
                };
            };
            /** @description What went wrong, and what to do. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setRoles: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                personId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    roles: ("sales" | "provisioning" | "platform" | "iam" | "support" | "viewer" | "auditor" | "admin")[];
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Person"];
                };
            };
            /** @description What went wrong, and what to do. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSecrets: {
        parameters: {
            query?: {
                after?: string;
                limit?: number;
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Secret"][];
                        next?: string;
                    };
                };
            };
            /** @description What went wrong, and what to do. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setSecret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The value. It is never shown again. */
                    value: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SecretRef"];
                };
            };
            /** @description What went wrong, and what to do. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotateSecret: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body is answered as it was the first time, for a day. */
                "Idempotency-Key"?: string;
            };
            path: {
                name: string;
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The version to leave; makes a repeat harmless. */
                    from?: number;
                    /** @description The value. It is never shown again. */
                    value?: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SecretRef"];
                };
            };
            /** @description What went wrong, and what to do. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    whereSecret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["SecretUses"][];
                    };
                };
            };
            /** @description What went wrong, and what to do. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTokens: {
        parameters: {
            query?: {
                after?: string;
                everyone?: string;
                limit?: number;
                personId?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["ApiToken"][];
                        next?: string;
                    };
                };
            };
            /** @description What went wrong, and what to do. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createToken: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body is answered as it was the first time, for a day. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    days?: number;
                    /** @description What it is for. */
                    name: string;
                    /** @description Narrows the token to these. */
                    permissions?: ("orders.read" | "orders.write" | "orders.sell" | "hosts.read" | "hosts.write" | "instances.read" | "instances.write" | "secrets.read" | "secrets.write" | "identity.read" | "identity.write" | "notices.read" | "notices.write" | "checks.read" | "checks.attest" | "runs.read" | "runs.write" | "history.read" | "access.read" | "access.write" | "access.bootstrap")[];
                    /** @description Whose it is; your own when left out. */
                    personId?: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssuedToken"];
                };
            };
            /** @description What went wrong, and what to do. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tokenId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiToken"];
                };
            };
            /** @description What went wrong, and what to do. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    whoami: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Whoami"];
                };
            };
            /** @description What went wrong, and what to do. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description What went wrong, and what to do. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            /** @description Default Response */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            /** @description What went wrong, and what to do. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
