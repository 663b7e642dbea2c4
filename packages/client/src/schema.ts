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
    "/api/v1/access/review": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Everybody with roles, limits, working tokens, last use, and what is stale. */
        get: operations["reviewAccess"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/approvals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The newest first. */
        get: operations["listApprovals"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/approvals/{approvalId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getApproval"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/approvals/{approvalId}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["approveApproval"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/approvals/{approvalId}/refuse": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["refuseApproval"];
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
    "/api/v1/contacts/erase": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Erases a contact for good, once a second person approved it. */
        post: operations["eraseContact"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/contacts/find": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Where Nexus holds something of a contact of a customer; changes nothing. */
        post: operations["findContact"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description Server-sent events: what changed, as it happens. `look.again` after a gap. */
        get: operations["watchEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/host-deviations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listDeviations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/host-deviations/{deviationId}/end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["endDeviation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/hosts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listHosts"];
        put?: never;
        post: operations["addHost"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/hosts/{hostId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getHost"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/hosts/{hostId}/baseline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["compareBaseline"];
        put?: never;
        /** @description Starts a run that takes minutes; its report is at /hosts/{hostId}/baseline/report then. */
        post: operations["applyBaseline"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/hosts/{hostId}/baseline/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description What the last baseline of this host did, also where it failed. */
        get: operations["getBaselineReport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/hosts/{hostId}/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description What the last look said, as a gate sees it: one that is too old is unknown. */
        get: operations["getHostCheck"];
        put?: never;
        /** @description Runs the checks of the baseline on the host now, and changes nothing there. */
        post: operations["checkHost"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/hosts/{hostId}/connect": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["connectHost"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/hosts/{hostId}/control-key": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getHostControlKey"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/hosts/{hostId}/deviations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["acceptDeviation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/hosts/{hostId}/drain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["drainHost"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/hosts/{hostId}/exec": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Runs a command; its output is at /hosts/transcripts/{transcriptId}/output. */
        post: operations["execOnHost"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/hosts/{hostId}/facts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getHostFacts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/hosts/{hostId}/key": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["acceptHostKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/hosts/{hostId}/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Reads the journal, likewise. */
        post: operations["readHostLogs"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/hosts/{hostId}/mend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Makes what differs so again, in a run: the named items, or all but accepted deviations. */
        post: operations["mendHost"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/hosts/{hostId}/preflight": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["preflightHost"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/hosts/{hostId}/probe": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getProbeQuestions"];
        put?: never;
        /** @description What was seen of a host from elsewhere; the address it is sent from decides what a rule by source says. */
        post: operations["tellProbe"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/hosts/{hostId}/proof": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["proveHost"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/hosts/{hostId}/rebuild": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["rebuildHost"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/hosts/{hostId}/rekey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Starts a run: a new key, proven by a fresh session before the old one goes. */
        post: operations["rekeyHost"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/hosts/{hostId}/retire": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["retireHost"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/hosts/adopt": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Reads an existing machine and changes nothing, there or here. */
        post: operations["readMachine"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/hosts/baseline-outline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["outlineBaseline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/hosts/control-key": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getControlKey"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/hosts/patch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Starts a run; where one is going already, it is refused. */
        post: operations["patchHosts"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/hosts/patch/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description The waves, and what each host says of its updates; nothing is changed. */
        post: operations["planPatch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/hosts/transcripts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The newest first. */
        get: operations["listHostTranscripts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/hosts/transcripts/{transcriptId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All of it; that it was read stands in the trail. */
        get: operations["getHostTranscript"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/hosts/transcripts/{transcriptId}/output": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description Server-sent events for whoever asked for it: `output` with parts as they come, `ended` with how it ended. Goes on behind Last-Event-ID. */
        get: operations["watchHostTranscript"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/identity/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["checkIdentity"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/identity/tenants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listTenants"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/identity/tenants/{tenant}/invites/resend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["resendInvite"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/instances": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listInstances"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/instances/{id}/certificates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The certificates of an instance, the newest first. */
        get: operations["listCertificates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/instances/{id}/dns": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The DNS records an instance needs, and what was found when last looked. */
        get: operations["getInstanceDns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/instances/{instanceId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getInstance"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/instances/{instanceId}/backups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listInstanceBackups"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/instances/{instanceId}/checks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listInstanceChecks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/instances/{instanceId}/env": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getInstanceEnv"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/instances/{instanceId}/env/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** @description Counts from the next deployment on. */
        put: operations["setInstanceVariable"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/instances/{instanceId}/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getInstanceLogs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/instances/{instanceId}/services": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listInstanceServices"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/master-key/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Moves to the key in masterKeyNextFile and seals everything anew, while everything runs. */
        post: operations["rotateMasterKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listNotices"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notices/{noticeId}/resend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["resendNotice"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notices/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["previewNotice"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/orders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listOrders"];
        put?: never;
        post: operations["placeOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/orders/{number}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getOrder"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/orders/{number}/amend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["amendOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/orders/{number}/assign": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["assignOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/orders/{number}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["cancelOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/orders/{number}/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["checkOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/orders/{number}/note": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["noteOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/orders/{number}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["pauseOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/orders/{number}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["resumeOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/orders/{number}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["retryOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/orders/{number}/submit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["submitOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/orders/{number}/tasks/{taskId}/finish": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["finishOrderTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/orders/{number}/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getOrderTimeline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/orders/{number}/unblock": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["unblockOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/orders/drafts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["draftOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/orders/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["reportOrders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/orders/schema": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getOrderSchema"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/orders/tasks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listOrderTasks"];
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
    "/api/v1/people/{personId}/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Lets go of the account a person signs in with; the next one with their verified address is linked. */
        delete: operations["unlinkPerson"];
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
        /** Without `limits` the roles that stay keep theirs. */
        put: operations["setRoles"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pool": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getPool"];
        put: operations["setPoolTarget"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pool/ledger": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description What was asked of providers that costs money or destroys, the newest first. */
        get: operations["listHostEffects"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pool/refill": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Makes spares up to the target now, in a run; where one is going already, that is the answer. */
        post: operations["refillPool"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/releases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listReleases"];
        put?: never;
        post: operations["registerRelease"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/releases/{releaseId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getRelease"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listRuns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{runId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getRun"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{runId}/attest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description A person vouches for the step a run ended at. Its check is asked again: where it passes the run goes on from that step, otherwise this is refused with what the check said. */
        post: operations["attestRunStep"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{runId}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["cancelRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{runId}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Runs an ended run again from a step on. What that step and the ones after it had answered is forgotten. */
        post: operations["resumeRun"];
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
    "/api/v1/secrets/{tenant}/{name}/apply": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Rolls the newest version to the instances that run with an older one, one by one, checked. */
        post: operations["applySecret"];
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
    "/api/v1/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Your own open sessions; with access.read also those of another person, or with `everyone` all. */
        get: operations["listSessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{sessionId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete: operations["endSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sign-in": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How one signs in here, and who this browser is signed in as. */
        get: operations["getWayIn"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sign-out": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends the session of this browser. */
        post: operations["signOut"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stacks/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["checkStack"];
        put?: never;
        post: operations["checkStackNow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stacks/fix": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Answers the accepted version of the Compose file; writes nothing. */
        post: operations["fixStack"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stacks/schema": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getStackSchema"];
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
    "/api/v1/trail/bundles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The evidence of one order, run or customer: its entries with their proofs. It is an entry itself. */
        post: operations["makeTrailBundle"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/trail/checkpoint": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Places what is there, signs a checkpoint and brings it outside, at once. */
        post: operations["checkpointTrail"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/trail/checkpoints": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Checkpoints by size: the newest 10,000, and of older ones the last of each hour. */
        get: operations["listTrailCheckpoints"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/trail/consistency": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The proof that the log of one size begins with the log of another (RFC 9162). */
        get: operations["proveTrailConsistency"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/trail/entries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who changed what and when, newest first. */
        get: operations["listTrail"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/trail/entries/{entry}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One entry, by its id or its place in the log. */
        get: operations["getTrailEntry"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/trail/entries/{entry}/proof": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The inclusion proof of an entry (RFC 9162), against the smallest checkpoint that covers it. */
        get: operations["proveTrailEntry"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/trail/exports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Begins an export, which is an entry itself; its pages can be read for an hour. */
        post: operations["startTrailExport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/trail/exports/{exportId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A page of an export, in the order of the log. */
        get: operations["readTrailExport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/trail/key": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The public keys of the log, newest first: what a verifier needs. Compare the fingerprint over another way. */
        get: operations["getTrailKey"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/trail/key/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A new signing key; the next checkpoint is signed by the old one too. */
        post: operations["rotateTrailKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/trail/restores": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Says that the database was restored: an entry with the old and the new size, with which the log goes on. */
        post: operations["acceptTrailRestore"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/trail/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Goes through the whole log and holds it against every checkpoint, also those outside the database. */
        get: operations["verifyTrail"];
        put?: never;
        post?: never;
        delete?: never;
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
    "/hooks/pulse": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Events of orders, as Standard Webhooks */
        post: operations["receivePulseWebhook"];
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
        Adoption: {
            address: string;
            backups: {
                program: string;
                scheduled: string;
            }[];
            /** @description Against what the baseline would make of it. */
            baseline?: {
                differs: number;
                items: {
                    after: string;
                    before: string;
                    id: string;
                    seconds: number;
                    /** @enum {string} */
                    status: "ok" | "changed" | "failed" | "skipped" | "differs";
                }[];
                ok: number;
                skipped: number;
            };
            certificates: {
                expires: string;
                names: string;
                path: string;
            }[];
            containers: {
                image: string;
                name: string;
                ports: string;
                state: string;
            }[];
            facts: {
                addresses: string[];
                architecture: string;
                controlAddress: string;
                cpus: number;
                diskFreeGb: number;
                diskGb: number;
                hasAppArmor: boolean;
                hasIpv6: boolean;
                hostname: string;
                isContainer: boolean;
                kernel: string;
                maySetClock: boolean;
                memoryMb: number;
                openssh: string;
                os: string;
                osVersion: string;
                routes: string[];
                ticket: string;
                /** @constant */
                type: "facts";
                virtualization: string;
                wasLive: boolean;
            };
            /** @description Why it was not compared with the baseline. */
            notCompared?: string;
            schedules: {
                by: string;
                runs: string;
                when: string;
                where: string;
            }[];
            services: {
                state: string;
                title: string;
                unit: string;
            }[];
            sites: {
                by: string;
                name: string;
            }[];
            sockets: {
                address: string;
                port: string;
                program: string;
                protocol: string;
            }[];
            /** @description What could not be read: nothing is known of it. */
            unread: ("services" | "sockets" | "sites" | "certificates" | "schedules" | "backups" | "users" | "containers")[];
            users: {
                groups: string;
                keys: {
                    comment: string;
                    fingerprint: string;
                }[];
                name: string;
                password: string;
                shell: string;
                sudo: string;
                uid: string;
            }[];
        };
        AdoptionInput: {
            address: string;
            backups: {
                program: string;
                scheduled: string;
            }[];
            /** @description Against what the baseline would make of it. */
            baseline?: {
                differs: number;
                items: {
                    after: string;
                    before: string;
                    id: string;
                    seconds: number;
                    /** @enum {string} */
                    status: "ok" | "changed" | "failed" | "skipped" | "differs";
                }[];
                ok: number;
                skipped: number;
            };
            certificates: {
                expires: string;
                names: string;
                path: string;
            }[];
            containers: {
                image: string;
                name: string;
                ports: string;
                state: string;
            }[];
            facts: {
                addresses: string[];
                architecture: string;
                controlAddress: string;
                cpus: number;
                diskFreeGb: number;
                diskGb: number;
                hasAppArmor: boolean;
                hasIpv6: boolean;
                hostname: string;
                isContainer: boolean;
                kernel: string;
                maySetClock: boolean;
                memoryMb: number;
                openssh: string;
                os: string;
                osVersion: string;
                routes: string[];
                ticket: string;
                /** @constant */
                type: "facts";
                virtualization: string;
                wasLive: boolean;
            };
            /** @description Why it was not compared with the baseline. */
            notCompared?: string;
            schedules: {
                by: string;
                runs: string;
                when: string;
                where: string;
            }[];
            services: {
                state: string;
                title: string;
                unit: string;
            }[];
            sites: {
                by: string;
                name: string;
            }[];
            sockets: {
                address: string;
                port: string;
                program: string;
                protocol: string;
            }[];
            /** @description What could not be read: nothing is known of it. */
            unread: ("services" | "sockets" | "sites" | "certificates" | "schedules" | "backups" | "users" | "containers")[];
            users: {
                groups: string;
                keys: {
                    comment: string;
                    fingerprint: string;
                }[];
                name: string;
                password: string;
                shell: string;
                sudo: string;
                uid: string;
            }[];
        };
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
        Approval: {
            /** Format: date-time */
            askedAt: string;
            askedBy: string;
            askedByName: string;
            /** Format: date-time */
            decidedAt?: string;
            decidedBy?: string;
            decidedByName?: string;
            decidedWhy?: string;
            /** Format: date-time */
            endedAt?: string;
            /** Format: date-time */
            expiresAt: string;
            id: string;
            kind: string;
            /** @description Exactly what was asked for. */
            parameters: {
                [key: string]: unknown;
            };
            /** @description Who approves must have it. */
            permission: string;
            reason: string;
            /** @enum {string} */
            state: "open" | "approved" | "refused" | "lapsed" | "used";
            subject: string;
            /** @description What happens when it is done. */
            what: string;
        };
        ApprovalInput: {
            askedAt: unknown;
            askedBy: string;
            askedByName: string;
            decidedAt?: unknown;
            decidedBy?: string;
            decidedByName?: string;
            decidedWhy?: string;
            endedAt?: unknown;
            expiresAt: unknown;
            id: string;
            kind: string;
            /** @description Exactly what was asked for. */
            parameters: {
                [key: string]: unknown;
            };
            /** @description Who approves must have it. */
            permission: string;
            reason: string;
            /** @enum {string} */
            state: "open" | "approved" | "refused" | "lapsed" | "used";
            subject: string;
            /** @description What happens when it is done. */
            what: string;
        };
        BaselineReport: {
            changed: number;
            differs: number;
            failed: number;
            host: components["schemas"]["Host"];
            items: {
                after: string;
                before: string;
                diff?: string;
                id: string;
                seconds: number;
                /** @enum {string} */
                status: "ok" | "changed" | "failed" | "skipped" | "differs";
            }[];
            ok: number;
            rebootRequired: boolean;
            seconds: number;
            skipped: number;
            version: string;
        };
        BaselineReportInput: {
            changed: number;
            differs: number;
            failed: number;
            host: components["schemas"]["HostInput"];
            items: {
                after: string;
                before: string;
                diff?: string;
                id: string;
                seconds: number;
                /** @enum {string} */
                status: "ok" | "changed" | "failed" | "skipped" | "differs";
            }[];
            ok: number;
            rebootRequired: boolean;
            seconds: number;
            skipped: number;
            version: string;
        };
        Certificate: {
            /** @description The directory of the certificate authority. */
            authority: string;
            domain: string;
            failure?: string;
            id: string;
            names: string[];
            /** Format: date-time */
            notAfter?: string;
            /** Format: date-time */
            notBefore?: string;
            /**
             * Format: date-time
             * @description When it is renewed by itself.
             */
            renewAt?: string;
            serial?: string;
            /** @enum {string} */
            state: "wanted" | "ordered" | "issued" | "installed" | "valid" | "superseded" | "failed";
        };
        CertificateInput: {
            /** @description The directory of the certificate authority. */
            authority: string;
            domain: string;
            failure?: string;
            id: string;
            names: string[];
            /** Format: date-time */
            notAfter?: string;
            /** Format: date-time */
            notBefore?: string;
            /**
             * Format: date-time
             * @description When it is renewed by itself.
             */
            renewAt?: string;
            serial?: string;
            /** @enum {string} */
            state: "wanted" | "ordered" | "issued" | "installed" | "valid" | "superseded" | "failed";
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
        ContactTraces: {
            /** @description How the trail names them: a hash of the address. */
            contact: string;
            /** @description Rows by table. */
            places: {
                [key: string]: number;
            };
            rows: number;
        };
        ContactTracesInput: {
            /** @description How the trail names them: a hash of the address. */
            contact: string;
            /** @description Rows by table. */
            places: {
                [key: string]: number;
            };
            rows: number;
        };
        EvidenceBundle: {
            about: {
                id: string;
                kind: string;
            };
            /** @description The signed note that every proof leads to. */
            checkpoint: string;
            entries: {
                /** @description The bytes that are hashed: canonical JSON (RFC 8785). */
                entry: string;
                index: number;
                /** @description The kept leaf hash, base64. */
                leaf: string;
                /** @description What stands beside the entry; its salted hash is in the entry. */
                personal?: {
                    data: unknown;
                    salt: string;
                };
                proof: string[];
            }[];
            /** @description What checks found, as it was hashed into their entries. */
            evidence: {
                name: string;
                text: string;
            }[];
            keys: components["schemas"]["TrailKey"][];
            made: string;
            /** @description Entries whose evidence is not there as it was logged: erased, or changed. */
            missing: {
                hash: string;
                index: number;
            }[];
        };
        EvidenceBundleInput: {
            about: {
                id: string;
                kind: string;
            };
            /** @description The signed note that every proof leads to. */
            checkpoint: string;
            entries: {
                /** @description The bytes that are hashed: canonical JSON (RFC 8785). */
                entry: string;
                index: number;
                /** @description The kept leaf hash, base64. */
                leaf: string;
                /** @description What stands beside the entry; its salted hash is in the entry. */
                personal?: {
                    data: unknown;
                    salt: string;
                };
                proof: string[];
            }[];
            /** @description What checks found, as it was hashed into their entries. */
            evidence: {
                name: string;
                text: string;
            }[];
            keys: components["schemas"]["TrailKeyInput"][];
            made: string;
            /** @description Entries whose evidence is not there as it was logged: erased, or changed. */
            missing: {
                hash: string;
                index: number;
            }[];
        };
        ExportedEntry: {
            /** @description The bytes that are hashed: canonical JSON (RFC 8785). */
            entry: string;
            index: number;
            /** @description The kept leaf hash, base64. */
            leaf: string;
            /** @description What stands beside the entry; its salted hash is in the entry. */
            personal?: {
                data: unknown;
                salt: string;
            };
        };
        ExportedEntryInput: {
            /** @description The bytes that are hashed: canonical JSON (RFC 8785). */
            entry: string;
            index: number;
            /** @description The kept leaf hash, base64. */
            leaf: string;
            /** @description What stands beside the entry; its salted hash is in the entry. */
            personal?: {
                data: unknown;
                salt: string;
            };
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
        FixedStack: {
            accepted: boolean;
            /** @description What was changed, and why */
            changes: {
                message: string;
                path: string;
            }[];
            /** @description The name of the Compose file in the manifest */
            file: string;
            /** @description What only a person can decide */
            left: {
                message: string;
                path: string;
            }[];
            /** @description The version that is accepted, or as near to it as it can be made */
            text: string;
        };
        FixedStackInput: {
            accepted: boolean;
            /** @description What was changed, and why */
            changes: {
                message: string;
                path: string;
            }[];
            /** @description The name of the Compose file in the manifest */
            file: string;
            /** @description What only a person can decide */
            left: {
                message: string;
                path: string;
            }[];
            /** @description The version that is accepted, or as near to it as it can be made */
            text: string;
        };
        Health: {
            /** @constant */
            status: "up";
        };
        HealthInput: {
            /** @constant */
            status: "up";
        };
        Host: {
            address?: string;
            baselineAt?: string;
            baselineVersion?: string;
            createdAt: string;
            currency?: string;
            /** @description The pinned public key */
            hostKey?: string;
            id: string;
            name: string;
            orderId?: string;
            plan: string;
            port: number;
            pricePerMonth?: string;
            provider: string;
            providerId?: string;
            quarantineReason?: string;
            region: string;
            renewsAt?: string;
            /** @enum {string} */
            state: "creating" | "preparing" | "ready" | "reserved" | "live" | "draining" | "quarantined" | "retired";
            stateSince: string;
            ticket?: string;
            user: string;
            /** @description An order was live here: never rebuilt, destroyed or given back */
            wasLive: boolean;
        };
        HostCheck: {
            hostId: string;
            hostName: string;
            items: {
                accepted?: {
                    id: string;
                    reason: string;
                    /** Format: date-time */
                    until: string;
                };
                /** Format: date-time */
                firstSeen: string;
                found: string;
                id: string;
                title: string;
            }[];
            /**
             * Format: date-time
             * @description When it last answered wholly
             */
            seenAt?: string;
            summary: string;
            /**
             * @description unknown: nobody could tell, or not lately
             * @enum {string}
             */
            verdict: "pass" | "fail" | "unknown";
            /** @description The version of the baseline that it should have */
            version?: string;
        };
        HostCheckInput: {
            hostId: string;
            hostName: string;
            items: {
                accepted?: {
                    id: string;
                    reason: string;
                    until: unknown;
                };
                firstSeen: unknown;
                found: string;
                id: string;
                title: string;
            }[];
            /** @description When it last answered wholly */
            seenAt?: unknown;
            summary: string;
            /**
             * @description unknown: nobody could tell, or not lately
             * @enum {string}
             */
            verdict: "pass" | "fail" | "unknown";
            /** @description The version of the baseline that it should have */
            version?: string;
        };
        HostControlKey: {
            /** @description Where a new key would be taken from; empty is everywhere. */
            from: string[];
            hostId: string;
            /** @description As it stands in authorized_keys. */
            line: string;
            name: string;
            /** @description False: the key of the first contact, which opens every host without its own. */
            own: boolean;
            /** Format: date-time */
            placedAt?: string;
            /** @description A rekey was begun and not finished. */
            underWay: boolean;
        };
        HostControlKeyInput: {
            /** @description Where a new key would be taken from; empty is everywhere. */
            from: string[];
            hostId: string;
            /** @description As it stands in authorized_keys. */
            line: string;
            name: string;
            /** @description False: the key of the first contact, which opens every host without its own. */
            own: boolean;
            placedAt?: unknown;
            /** @description A rekey was begun and not finished. */
            underWay: boolean;
        };
        HostDeviation: {
            /** Format: date-time */
            acceptedAt: string;
            acceptedBy: string;
            acceptedByName: string;
            approvalId?: string;
            /** Format: date-time */
            endedAt?: string;
            endedBy?: string;
            endedWhy?: string;
            hostId: string;
            id: string;
            item: string;
            reason: string;
            /** Format: date-time */
            until: string;
        };
        HostDeviationInput: {
            acceptedAt: unknown;
            acceptedBy: string;
            acceptedByName: string;
            approvalId?: string;
            endedAt?: unknown;
            endedBy?: string;
            endedWhy?: string;
            hostId: string;
            id: string;
            item: string;
            reason: string;
            until: unknown;
        };
        HostEffect: {
            /** @description Bought above the ceiling of the day, with this approval */
            approvalId?: string;
            currency?: string;
            /** Format: date-time */
            doneAt?: string;
            hostId: string;
            hostName?: string;
            id: string;
            /** Format: date-time */
            intendedAt: string;
            /** @enum {string} */
            kind: "create" | "rebuild" | "destroy";
            /** @description The deterministic name by which it is found at the provider */
            label: string;
            plan?: string;
            pricePerMonth?: string;
            provider?: string;
            region?: string;
            /** @description Its id at the provider, from the receipt */
            server?: string;
            /**
             * @description open: asked for, and nobody knows yet what came of it
             * @enum {string}
             */
            state: "open" | "done";
        };
        HostEffectInput: {
            /** @description Bought above the ceiling of the day, with this approval */
            approvalId?: string;
            currency?: string;
            doneAt?: unknown;
            hostId: string;
            hostName?: string;
            id: string;
            intendedAt: unknown;
            /** @enum {string} */
            kind: "create" | "rebuild" | "destroy";
            /** @description The deterministic name by which it is found at the provider */
            label: string;
            plan?: string;
            pricePerMonth?: string;
            provider?: string;
            region?: string;
            /** @description Its id at the provider, from the receipt */
            server?: string;
            /**
             * @description open: asked for, and nobody knows yet what came of it
             * @enum {string}
             */
            state: "open" | "done";
        };
        HostInput: {
            address?: string;
            baselineAt?: string;
            baselineVersion?: string;
            createdAt: string;
            currency?: string;
            /** @description The pinned public key */
            hostKey?: string;
            id: string;
            name: string;
            orderId?: string;
            plan: string;
            port: number;
            pricePerMonth?: string;
            provider: string;
            providerId?: string;
            quarantineReason?: string;
            region: string;
            renewsAt?: string;
            /** @enum {string} */
            state: "creating" | "preparing" | "ready" | "reserved" | "live" | "draining" | "quarantined" | "retired";
            stateSince: string;
            ticket?: string;
            user: string;
            /** @description An order was live here: never rebuilt, destroyed or given back */
            wasLive: boolean;
        };
        HostTranscript: {
            approvalId?: string;
            askedBy: string;
            askedByName: string;
            /** @description Done by one person on a host where it takes two. */
            breakGlass: boolean;
            /** @description More came back than is kept. */
            cut: boolean;
            /** Format: date-time */
            endedAt?: string;
            exit?: number;
            failure?: {
                code: string;
                message: string;
            };
            hostId: string;
            id: string;
            /** @enum {string} */
            kind: "exec" | "logs";
            reason: string;
            /** Format: date-time */
            startedAt: string;
            /**
             * @description lost: the nexusd that worked on it died.
             * @enum {string}
             */
            state: "running" | "ended" | "failed" | "lost";
        };
        HostTranscriptInput: {
            approvalId?: string;
            askedBy: string;
            askedByName: string;
            /** @description Done by one person on a host where it takes two. */
            breakGlass: boolean;
            /** @description More came back than is kept. */
            cut: boolean;
            endedAt?: unknown;
            exit?: number;
            failure?: {
                code: string;
                message: string;
            };
            hostId: string;
            id: string;
            /** @enum {string} */
            kind: "exec" | "logs";
            reason: string;
            startedAt: unknown;
            /**
             * @description lost: the nexusd that worked on it died.
             * @enum {string}
             */
            state: "running" | "ended" | "failed" | "lost";
        };
        IdentityCheck: {
            asked: string;
            at: string;
            name: string;
            /** @enum {string} */
            status: "pass" | "warn" | "fail" | "unknown" | "not_applicable" | "not_built";
            summary: string;
            title: string;
            vantage: string;
        };
        IdentityCheckInput: {
            asked: string;
            at: string;
            name: string;
            /** @enum {string} */
            status: "pass" | "warn" | "fail" | "unknown" | "not_applicable" | "not_built";
            summary: string;
            title: string;
            vantage: string;
        };
        InstanceDns: {
            /** Format: date-time */
            askedAt: string;
            contact?: string;
            domain: string;
            /** Format: date-time */
            lookedAt?: string;
            provider: string;
            /**
             * @description Exactly what is to be set.
             * @example [
             *       "app.acme.com. A 192.0.2.7"
             *     ]
             */
            records: string[];
            /** Format: date-time */
            remindedAt?: string;
            results: {
                asked: string;
                at: string;
                evidence?: string;
                name: string;
                /** @enum {string} */
                status: "pass" | "warn" | "fail" | "unknown" | "not_applicable" | "not_built";
                summary: string;
                title: string;
                vantage: string;
            }[];
        };
        InstanceDnsInput: {
            /** Format: date-time */
            askedAt: string;
            contact?: string;
            domain: string;
            /** Format: date-time */
            lookedAt?: string;
            provider: string;
            /**
             * @description Exactly what is to be set.
             * @example [
             *       "app.acme.com. A 192.0.2.7"
             *     ]
             */
            records: string[];
            /** Format: date-time */
            remindedAt?: string;
            results: {
                asked: string;
                at: string;
                evidence?: string;
                name: string;
                /** @enum {string} */
                status: "pass" | "warn" | "fail" | "unknown" | "not_applicable" | "not_built";
                summary: string;
                title: string;
                vantage: string;
            }[];
        };
        /** @description The link is a secret: it goes out by mail and is kept by reference. */
        Invite: {
            expiresAt: string;
            inviteRef: string;
            userId: string;
        };
        /** @description The link is a secret: it goes out by mail and is kept by reference. */
        InviteInput: {
            expiresAt: string;
            inviteRef: string;
            userId: string;
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
        KeptBaselineReport: {
            /** Format: date-time */
            at: string;
            changed: number;
            differs: number;
            failed: number;
            host: components["schemas"]["Host"];
            items: {
                after: string;
                before: string;
                diff?: string;
                id: string;
                seconds: number;
                /** @enum {string} */
                status: "ok" | "changed" | "failed" | "skipped" | "differs";
            }[];
            ok: number;
            rebootRequired: boolean;
            seconds: number;
            skipped: number;
            version: string;
        };
        KeptBaselineReportInput: {
            /** Format: date-time */
            at: string;
            changed: number;
            differs: number;
            failed: number;
            host: components["schemas"]["HostInput"];
            items: {
                after: string;
                before: string;
                diff?: string;
                id: string;
                seconds: number;
                /** @enum {string} */
                status: "ok" | "changed" | "failed" | "skipped" | "differs";
            }[];
            ok: number;
            rebootRequired: boolean;
            seconds: number;
            skipped: number;
            version: string;
        };
        MasterKey: {
            /** @description A fingerprint; it says nothing of the key. */
            keyId: string;
            resealed: number;
            /** Format: date-time */
            since: string;
        };
        MasterKeyInput: {
            /** @description A fingerprint; it says nothing of the key. */
            keyId: string;
            resealed: number;
            since: unknown;
        };
        Notice: {
            attempts: number;
            /** Format: date-time */
            createdAt: string;
            id: string;
            key: string;
            /** @enum {string} */
            kind: "launch" | "dns-records" | "dns-reminder" | "at-risk" | "task-for-owner" | "follow-up" | "incident-status" | "escalation-test";
            messageId: string;
            receipt?: string;
            recipient: string;
            /**
             * @description `unknown`: it may have arrived; a person decides about a resend.
             * @enum {string}
             */
            state: "intent" | "sent" | "unknown" | "failed";
            subject: string;
            /** @description As it was sent, with every link replaced by its hash. */
            text: string;
            /** Format: date-time */
            updatedAt: string;
        };
        NoticeAnswer: {
            id: string;
            messageId: string;
            /** @enum {string} */
            state: "intent" | "sent" | "unknown" | "failed";
            subject: string;
        };
        NoticeAnswerInput: {
            id: string;
            messageId: string;
            /** @enum {string} */
            state: "intent" | "sent" | "unknown" | "failed";
            subject: string;
        };
        NoticeInput: {
            attempts: number;
            createdAt: unknown;
            id: string;
            key: string;
            /** @enum {string} */
            kind: "launch" | "dns-records" | "dns-reminder" | "at-risk" | "task-for-owner" | "follow-up" | "incident-status" | "escalation-test";
            messageId: string;
            receipt?: string;
            recipient: string;
            /**
             * @description `unknown`: it may have arrived; a person decides about a resend.
             * @enum {string}
             */
            state: "intent" | "sent" | "unknown" | "failed";
            subject: string;
            /** @description As it was sent, with every link replaced by its hash. */
            text: string;
            updatedAt: unknown;
        };
        NoticePreview: {
            html: string;
            subject: string;
            text: string;
        };
        NoticePreviewInput: {
            html: string;
            subject: string;
            text: string;
        };
        PatchPlan: {
            /** @description Whether the window is open at this moment */
            isOpen: boolean;
            waves: {
                id: string;
                name: string;
                state: string;
                updates: string;
            }[][];
            window: string;
        };
        PatchPlanInput: {
            /** @description Whether the window is open at this moment */
            isOpen: boolean;
            waves: {
                id: string;
                name: string;
                state: string;
                updates: string;
            }[][];
            window: string;
        };
        Person: {
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            disabledAt?: string;
            email: string;
            id: string;
            /** @description Roles that are held for some regions, plans or customers only. */
            limits: {
                [key: string]: {
                    customers?: string[];
                    plans?: string[];
                    regions?: string[];
                };
            };
            name: string;
            roles: ("sales" | "provisioning" | "platform" | "iam" | "support" | "viewer" | "auditor" | "admin")[];
        };
        PersonInput: {
            createdAt: unknown;
            disabledAt?: unknown;
            email: string;
            id: string;
            /** @description Roles that are held for some regions, plans or customers only. */
            limits: {
                [key: string]: {
                    customers?: string[];
                    plans?: string[];
                    regions?: string[];
                };
            };
            name: string;
            roles: ("sales" | "provisioning" | "platform" | "iam" | "support" | "viewer" | "auditor" | "admin")[];
        };
        Pool: {
            items: {
                /**
                 * Format: date-time
                 * @description When the one unseen for longest was looked at
                 */
                checkedAt?: string;
                coming: number;
                /** @description What the spares cost a month, by currency */
                cost: string;
                /** @description Why no spare is bought today */
                held?: string;
                /**
                 * Format: date-time
                 * @description When the oldest of their systems was made
                 */
                oldestSince?: string;
                plan: string;
                /** @description Spares whose price is not known */
                priceUnknown: number;
                ready: number;
                region: string;
                target: number;
            }[];
        };
        PoolInput: {
            items: {
                /** @description When the one unseen for longest was looked at */
                checkedAt?: unknown;
                coming: number;
                /** @description What the spares cost a month, by currency */
                cost: string;
                /** @description Why no spare is bought today */
                held?: string;
                /** @description When the oldest of their systems was made */
                oldestSince?: unknown;
                plan: string;
                /** @description Spares whose price is not known */
                priceUnknown: number;
                ready: number;
                region: string;
                target: number;
            }[];
        };
        Preflight: {
            checks: {
                asked: string;
                at: string;
                evidence?: string;
                name: string;
                /** @enum {string} */
                status: "pass" | "warn" | "fail" | "unknown" | "not_applicable" | "not_built";
                summary: string;
                title: string;
                vantage: string;
            }[];
            exit: 0 | 1 | 2;
            lines: string[];
            /** @enum {string} */
            readiness: "pass" | "warn" | "fail";
        };
        PreflightInput: {
            checks: {
                asked: string;
                at: string;
                evidence?: string;
                name: string;
                /** @enum {string} */
                status: "pass" | "warn" | "fail" | "unknown" | "not_applicable" | "not_built";
                summary: string;
                title: string;
                vantage: string;
            }[];
            exit: 0 | 1 | 2;
            lines: string[];
            /** @enum {string} */
            readiness: "pass" | "warn" | "fail";
        };
        ProbeQuestions: {
            addresses: string[];
            ports: number[];
            sshPort: number;
            users: string[];
        };
        ProbeQuestionsInput: {
            addresses: string[];
            ports: number[];
            sshPort: number;
            users: string[];
        };
        Problem: {
            /**
             * @description `noun.what`; a contract, match on it.
             * @example order.not_found
             */
            code: string;
            detail: string;
            /** @description The next step a person can take. */
            hint: string;
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
            hint: string;
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
        ReviewedPerson: {
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            disabledAt?: string;
            email: string;
            id: string;
            /**
             * Format: date-time
             * @description Of any token or session, ended ones too.
             */
            lastUsedAt?: string;
            /** @description Roles that are held for some regions, plans or customers only. */
            limits: {
                [key: string]: {
                    customers?: string[];
                    plans?: string[];
                    regions?: string[];
                };
            };
            name: string;
            openSessions: number;
            roles: ("sales" | "provisioning" | "platform" | "iam" | "support" | "viewer" | "auditor" | "admin")[];
            /** @description Linked to an account at the identity provider. */
            signsIn: boolean;
            /** @description What an auditor would ask about. */
            stale: string[];
            tokens: {
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
                stale: string[];
            }[];
        };
        ReviewedPersonInput: {
            createdAt: unknown;
            disabledAt?: unknown;
            email: string;
            id: string;
            /** @description Of any token or session, ended ones too. */
            lastUsedAt?: unknown;
            /** @description Roles that are held for some regions, plans or customers only. */
            limits: {
                [key: string]: {
                    customers?: string[];
                    plans?: string[];
                    regions?: string[];
                };
            };
            name: string;
            openSessions: number;
            roles: ("sales" | "provisioning" | "platform" | "iam" | "support" | "viewer" | "auditor" | "admin")[];
            /** @description Linked to an account at the identity provider. */
            signsIn: boolean;
            /** @description What an auditor would ask about. */
            stale: string[];
            tokens: {
                createdAt: unknown;
                expiresAt: unknown;
                id: string;
                lastUsedAt?: unknown;
                name: string;
                /** @description Left out: everything its person may do. */
                permissions?: string[];
                stale: string[];
            }[];
        };
        Run: {
            cancelWanted: boolean;
            endedAt?: string;
            failure?: {
                code: string;
                hint?: string;
                message: string;
                readonly problems?: {
                    message: string;
                    path: string;
                }[];
            };
            flow: string;
            id: string;
            resumedAt?: string;
            startedAt: string;
            startedBy: string;
            /** @enum {string} */
            state: "running" | "done" | "blocked" | "cancelled" | "failed";
            subject: string;
            takeovers: number;
        };
        RunDetail: {
            cancelWanted: boolean;
            endedAt?: string;
            failure?: {
                code: string;
                hint?: string;
                message: string;
                readonly problems?: {
                    message: string;
                    path: string;
                }[];
            };
            flow: string;
            id: string;
            resumedAt?: string;
            startedAt: string;
            startedBy: string;
            /** @enum {string} */
            state: "running" | "done" | "blocked" | "cancelled" | "failed";
            steps: components["schemas"]["RunStep"][];
            subject: string;
            takeovers: number;
        };
        RunDetailInput: {
            cancelWanted: boolean;
            endedAt?: string;
            failure?: {
                code: string;
                hint?: string;
                message: string;
                readonly problems?: {
                    message: string;
                    path: string;
                }[];
            };
            flow: string;
            id: string;
            resumedAt?: string;
            startedAt: string;
            startedBy: string;
            /** @enum {string} */
            state: "running" | "done" | "blocked" | "cancelled" | "failed";
            steps: components["schemas"]["RunStepInput"][];
            subject: string;
            takeovers: number;
        };
        RunInput: {
            cancelWanted: boolean;
            endedAt?: string;
            failure?: {
                code: string;
                hint?: string;
                message: string;
                readonly problems?: {
                    message: string;
                    path: string;
                }[];
            };
            flow: string;
            id: string;
            resumedAt?: string;
            startedAt: string;
            startedBy: string;
            /** @enum {string} */
            state: "running" | "done" | "blocked" | "cancelled" | "failed";
            subject: string;
            takeovers: number;
        };
        RunStep: {
            attempts: number;
            endedAt?: string;
            failure?: {
                code: string;
                hint?: string;
                message: string;
                readonly problems?: {
                    message: string;
                    path: string;
                }[];
            };
            name: string;
            note?: string;
            position: number;
            seconds?: number;
            startedAt: string;
            /** @enum {string} */
            state: "running" | "done" | "failed";
        };
        RunStepInput: {
            attempts: number;
            endedAt?: string;
            failure?: {
                code: string;
                hint?: string;
                message: string;
                readonly problems?: {
                    message: string;
                    path: string;
                }[];
            };
            name: string;
            note?: string;
            position: number;
            seconds?: number;
            startedAt: string;
            /** @enum {string} */
            state: "running" | "done" | "failed";
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
        Session: {
            address: string;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            endedAt?: string;
            /** Format: date-time */
            expiresAt: string;
            id: string;
            /** Format: date-time */
            lastUsedAt: string;
            personId: string;
        };
        SessionInput: {
            address: string;
            createdAt: unknown;
            endedAt?: unknown;
            expiresAt: unknown;
            id: string;
            lastUsedAt: unknown;
            personId: string;
        };
        StartedRun: {
            runId: string;
        };
        StartedRunInput: {
            runId: string;
        };
        Tenant: {
            apiUrl: string;
            appUrl: string;
            clientId: string;
            /** @description A reference; the secret itself is never answered. */
            clientSecretRef: string;
            /** Format: date-time */
            createdAt: string;
            issuer: string;
            orderId: string;
            organizationId: string;
            /** @enum {string} */
            organizationMode: "create" | "map";
            organizationName: string;
            provider: string;
            tenant: string;
            /** Format: date-time */
            updatedAt: string;
        };
        TenantInput: {
            apiUrl: string;
            appUrl: string;
            clientId: string;
            /** @description A reference; the secret itself is never answered. */
            clientSecretRef: string;
            createdAt: unknown;
            issuer: string;
            orderId: string;
            organizationId: string;
            /** @enum {string} */
            organizationMode: "create" | "map";
            organizationName: string;
            provider: string;
            tenant: string;
            updatedAt: unknown;
        };
        TrailCheckpoint: {
            /** Format: date-time */
            at: string;
            /** @description A checkpoint as a signed note (C2SP tlog-checkpoint). */
            note: string;
            size: number;
        };
        TrailCheckpointInput: {
            at: unknown;
            /** @description A checkpoint as a signed note (C2SP tlog-checkpoint). */
            note: string;
            size: number;
        };
        TrailEntry: {
            action: string;
            actor: string;
            after: unknown;
            /** Format: date-time */
            at: string;
            before: unknown;
            id: string;
            /** @description Its place in the log; left out until it has one. */
            index?: number;
            onBehalfOf?: string;
            reason?: string;
            subject: string;
        };
        TrailEntryInput: {
            action: string;
            actor: string;
            after: unknown;
            at: unknown;
            before: unknown;
            id: string;
            /** @description Its place in the log; left out until it has one. */
            index?: number;
            onBehalfOf?: string;
            reason?: string;
            subject: string;
        };
        TrailFinding: {
            entry?: string;
            from?: number;
            index?: number;
            kind: string;
            sentence: string;
            to?: number;
        };
        TrailFindingInput: {
            entry?: string;
            from?: number;
            index?: number;
            kind: string;
            sentence: string;
            to?: number;
        };
        TrailKey: {
            /** @description SHA-256 of the key, to be compared over another way. */
            fingerprint: string;
            /** Format: date-time */
            since: string;
            /** @description A verifier key of C2SP signed notes. */
            verifierKey: string;
        };
        TrailKeyInput: {
            /** @description SHA-256 of the key, to be compared over another way. */
            fingerprint: string;
            since: unknown;
            /** @description A verifier key of C2SP signed notes. */
            verifierKey: string;
        };
        TrailVerification: {
            findings: components["schemas"]["TrailFinding"][];
            holds: {
                /** Format: date-time */
                at: string;
                size: number;
                source: string;
            }[];
            /** @description What this verdict does not prove. */
            limits: string[];
            size: number;
            /** @enum {string} */
            verdict: "pass" | "fail" | "unknown";
            /** @description Entries that have no place in the log yet. */
            waiting: number;
        };
        TrailVerificationInput: {
            findings: components["schemas"]["TrailFindingInput"][];
            holds: {
                at: unknown;
                size: number;
                source: string;
            }[];
            /** @description What this verdict does not prove. */
            limits: string[];
            size: number;
            /** @enum {string} */
            verdict: "pass" | "fail" | "unknown";
            /** @description Entries that have no place in the log yet. */
            waiting: number;
        };
        WayIn: {
            /** @description Who this browser is signed in as. */
            session?: {
                /** @description Sent as x-nexus-csrf with everything that changes something. */
                csrf: string;
                /** Format: date-time */
                expiresAt: string;
                name: string;
                personId: string;
            };
            /** @description Left out: people sign in with API tokens only. */
            signIn?: {
                /** @description Where a browser begins. */
                at: string;
                name: string;
            };
        };
        WayInInput: {
            /** @description Who this browser is signed in as. */
            session?: {
                /** @description Sent as x-nexus-csrf with everything that changes something. */
                csrf: string;
                expiresAt: unknown;
                name: string;
                personId: string;
            };
            /** @description Left out: people sign in with API tokens only. */
            signIn?: {
                /** @description Where a browser begins. */
                at: string;
                name: string;
            };
        };
        Whoami: {
            id: string;
            limits?: {
                [key: string]: {
                    [key: string]: string[];
                }[];
            };
            name: string;
            permissions: string[];
        };
        WhoamiInput: {
            id: string;
            limits?: {
                [key: string]: {
                    [key: string]: string[];
                }[];
            };
            name: string;
            permissions: string[];
        };
        WholeHostTranscript: {
            approvalId?: string;
            askedBy: string;
            askedByName: string;
            /** @description Done by one person on a host where it takes two. */
            breakGlass: boolean;
            command: string;
            /** @description More came back than is kept. */
            cut: boolean;
            /** Format: date-time */
            endedAt?: string;
            exit?: number;
            failure?: {
                code: string;
                message: string;
            };
            hostId: string;
            id: string;
            /** @enum {string} */
            kind: "exec" | "logs";
            output: {
                text: string;
                /** @enum {string} */
                to: "out" | "err";
            }[];
            reason: string;
            /** Format: date-time */
            startedAt: string;
            /**
             * @description lost: the nexusd that worked on it died.
             * @enum {string}
             */
            state: "running" | "ended" | "failed" | "lost";
        };
        WholeHostTranscriptInput: {
            approvalId?: string;
            askedBy: string;
            askedByName: string;
            /** @description Done by one person on a host where it takes two. */
            breakGlass: boolean;
            command: string;
            /** @description More came back than is kept. */
            cut: boolean;
            endedAt?: unknown;
            exit?: number;
            failure?: {
                code: string;
                message: string;
            };
            hostId: string;
            id: string;
            /** @enum {string} */
            kind: "exec" | "logs";
            output: {
                text: string;
                /** @enum {string} */
                to: "out" | "err";
            }[];
            reason: string;
            startedAt: unknown;
            /**
             * @description lost: the nexusd that worked on it died.
             * @enum {string}
             */
            state: "running" | "ended" | "failed" | "lost";
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
    reviewAccess: {
        parameters: {
            query?: {
                after?: string;
                limit?: number;
                staleDays?: number;
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
                        items: components["schemas"]["ReviewedPerson"][];
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
    listApprovals: {
        parameters: {
            query?: {
                after?: string;
                limit?: number;
                state?: "open" | "approved" | "refused" | "lapsed" | "used";
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
                        items: components["schemas"]["Approval"][];
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
    getApproval: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                approvalId: string;
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
                    "application/json": components["schemas"]["Approval"];
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
    approveApproval: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                approvalId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description What one looked at; it stands in the trail. */
                    why: string;
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
                    "application/json": components["schemas"]["Approval"];
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
    refuseApproval: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                approvalId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description What one looked at; it stands in the trail. */
                    why: string;
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
                    "application/json": components["schemas"]["Approval"];
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
    eraseContact: {
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
                    reason: string;
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
                    "application/json": components["schemas"]["ContactTraces"];
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
    findContact: {
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
                    "application/json": components["schemas"]["ContactTraces"];
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
    watchEvents: {
        parameters: {
            query?: {
                subject?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
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
    listDeviations: {
        parameters: {
            query?: {
                after?: string;
                host?: string;
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
                        items: components["schemas"]["HostDeviation"][];
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
    endDeviation: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body is answered as it was the first time, for a day. */
                "Idempotency-Key"?: string;
            };
            path: {
                deviationId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason: string;
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
                    "application/json": components["schemas"]["HostDeviation"];
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
    listHosts: {
        parameters: {
            query?: {
                after?: string;
                limit?: number;
                plan?: string;
                region?: string;
                state?: "creating" | "preparing" | "ready" | "reserved" | "live" | "draining" | "quarantined" | "retired";
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
                        items: components["schemas"]["Host"][];
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
    addHost: {
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
                    address: string;
                    currency?: string;
                    /** @description The host key as compared on the machine; without it the answer shows what was seen */
                    fingerprint?: string;
                    /** @description With a jump only: the public host key as read on the machine, since nobody sees it from here */
                    hostKey?: string;
                    /** @description user@address:port of a machine in between */
                    jump?: string;
                    name: string;
                    plan: string;
                    /** @default 22 */
                    port?: number;
                    pricePerMonth?: number;
                    region: string;
                    /** @default root */
                    user?: string;
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
                    "application/json": components["schemas"]["Host"];
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
    getHost: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                hostId: string;
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
                    "application/json": components["schemas"]["Host"];
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
    compareBaseline: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                hostId: string;
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
                    "application/json": components["schemas"]["BaselineReport"];
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
    applyBaseline: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body is answered as it was the first time, for a day. */
                "Idempotency-Key"?: string;
            };
            path: {
                hostId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StartedRun"];
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
    getBaselineReport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                hostId: string;
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
                    "application/json": components["schemas"]["KeptBaselineReport"];
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
    getHostCheck: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                hostId: string;
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
                    "application/json": components["schemas"]["HostCheck"];
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
    checkHost: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body is answered as it was the first time, for a day. */
                "Idempotency-Key"?: string;
            };
            path: {
                hostId: string;
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
                    "application/json": components["schemas"]["HostCheck"];
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
    connectHost: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body is answered as it was the first time, for a day. */
                "Idempotency-Key"?: string;
            };
            path: {
                hostId: string;
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
                    "application/json": components["schemas"]["Host"];
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
    getHostControlKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                hostId: string;
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
                    "application/json": components["schemas"]["HostControlKey"];
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
    acceptDeviation: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body is answered as it was the first time, for a day. */
                "Idempotency-Key"?: string;
            };
            path: {
                hostId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    item: string;
                    reason: string;
                    /** Format: date-time */
                    until: string;
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
                    "application/json": components["schemas"]["HostDeviation"];
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
    drainHost: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body is answered as it was the first time, for a day. */
                "Idempotency-Key"?: string;
            };
            path: {
                hostId: string;
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
                    "application/json": components["schemas"]["Host"];
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
    execOnHost: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body is answered as it was the first time, for a day. */
                "Idempotency-Key"?: string;
            };
            path: {
                hostId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description Without the second person that a host of a customer takes: an alert in the trail.
                     * @default false
                     */
                    breakGlass?: boolean;
                    /** @description A line of sh, run as root, without input or terminal. */
                    command: string;
                    /** @description Stands in the trail. */
                    reason: string;
                    /** @default 60 */
                    timeoutSeconds?: number;
                };
            };
        };
        responses: {
            /** @description Default Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        transcriptId: string;
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
    getHostFacts: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                hostId: string;
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
                        facts: {
                            addresses: string[];
                            architecture: string;
                            controlAddress: string;
                            cpus: number;
                            diskFreeGb: number;
                            diskGb: number;
                            hasAppArmor: boolean;
                            hasIpv6: boolean;
                            hostname: string;
                            isContainer: boolean;
                            kernel: string;
                            maySetClock: boolean;
                            memoryMb: number;
                            openssh: string;
                            os: string;
                            osVersion: string;
                            routes: string[];
                            ticket: string;
                            /** @enum {string} */
                            type: "facts";
                            virtualization: string;
                            wasLive: boolean;
                        } | null;
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
    acceptHostKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body is answered as it was the first time, for a day. */
                "Idempotency-Key"?: string;
            };
            path: {
                hostId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: starts_with */
                    fingerprint: string;
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
                    "application/json": components["schemas"]["Host"];
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
    readHostLogs: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body is answered as it was the first time, for a day. */
                "Idempotency-Key"?: string;
            };
            path: {
                hostId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description Without the second person that a host of a customer takes: an alert in the trail.
                     * @default false
                     */
                    breakGlass?: boolean;
                    /** @default 200 */
                    lines?: number;
                    /** @description Stands in the trail. */
                    reason: string;
                    /** @description As journalctl takes it: -1h, yesterday, 2026-01-31 12:00. */
                    since?: string;
                    /** @default 60 */
                    timeoutSeconds?: number;
                    unit?: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        transcriptId: string;
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
    mendHost: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body is answered as it was the first time, for a day. */
                "Idempotency-Key"?: string;
            };
            path: {
                hostId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default [] */
                    items?: string[];
                };
            };
        };
        responses: {
            /** @description Default Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StartedRun"];
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
    preflightHost: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body is answered as it was the first time, for a day. */
                "Idempotency-Key"?: string;
            };
            path: {
                hostId: string;
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
                    "application/json": components["schemas"]["Preflight"];
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
    getProbeQuestions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                hostId: string;
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
                    "application/json": components["schemas"]["ProbeQuestions"];
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
    tellProbe: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body is answered as it was the first time, for a day. */
                "Idempotency-Key"?: string;
            };
            path: {
                hostId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    logins: {
                        address: string;
                        methods: string[];
                        user: string;
                    }[];
                    ports: {
                        address: string;
                        answers: {
                            port: number;
                            /** @enum {string} */
                            said: "open" | "refused" | "silent";
                        }[];
                    }[];
                    /** @description A name of the place that was looked from */
                    vantage: string;
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
                    "application/json": components["schemas"]["Preflight"];
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
    proveHost: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body is answered as it was the first time, for a day. */
                "Idempotency-Key"?: string;
            };
            path: {
                hostId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description All 65,535 TCP ports from the control plane
                     * @default false
                     */
                    allPorts?: boolean;
                    /** @description Another host to look from */
                    from?: string;
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
                    "application/json": components["schemas"]["Preflight"];
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
    rebuildHost: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body is answered as it was the first time, for a day. */
                "Idempotency-Key"?: string;
            };
            path: {
                hostId: string;
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
                    "application/json": components["schemas"]["Host"];
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
    rekeyHost: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body is answered as it was the first time, for a day. */
                "Idempotency-Key"?: string;
            };
            path: {
                hostId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        runId: string;
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
    retireHost: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body is answered as it was the first time, for a day. */
                "Idempotency-Key"?: string;
            };
            path: {
                hostId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason: string;
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
                    "application/json": components["schemas"]["Host"];
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
    readMachine: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    address: string;
                    /** @description The host key as compared on the machine; without it the answer shows what was seen */
                    fingerprint?: string;
                    /** @description With a jump only: the public host key as read on the machine, since nobody sees it from here */
                    hostKey?: string;
                    /** @description user@address:port of a machine in between */
                    jump?: string;
                    /** @default 22 */
                    port?: number;
                    /** @default root */
                    user?: string;
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
                    "application/json": components["schemas"]["Adoption"];
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
    outlineBaseline: {
        parameters: {
            query: {
                os: "debian" | "ubuntu";
                osVersion: string;
                port?: number;
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
                        items: {
                            files: string[];
                            id: string;
                            packages: string[];
                            title: string;
                            units: string[];
                        }[];
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
    getControlKey: {
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
                    "application/json": {
                        /** @description A line for authorized_keys */
                        publicKey: string;
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
    patchHosts: {
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
                    /** @default 5 */
                    atOnce?: number;
                    /**
                     * @description How many before the others
                     * @default 1
                     */
                    first?: number;
                    /**
                     * @description Empty: all of them
                     * @default []
                     */
                    hosts?: string[];
                    /**
                     * @description Without waiting for the window of the hosts
                     * @default false
                     */
                    now?: boolean;
                    /**
                     * @description Where the updates ask for it
                     * @default false
                     */
                    reboot?: boolean;
                };
            };
        };
        responses: {
            /** @description Default Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StartedRun"];
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
    planPatch: {
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
                    /** @default 5 */
                    atOnce?: number;
                    /**
                     * @description How many before the others
                     * @default 1
                     */
                    first?: number;
                    /**
                     * @description Empty: all of them
                     * @default []
                     */
                    hosts?: string[];
                    /**
                     * @description Without waiting for the window of the hosts
                     * @default false
                     */
                    now?: boolean;
                    /**
                     * @description Where the updates ask for it
                     * @default false
                     */
                    reboot?: boolean;
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
                    "application/json": components["schemas"]["PatchPlan"];
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
    listHostTranscripts: {
        parameters: {
            query?: {
                after?: string;
                hostId?: string;
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
                        items: components["schemas"]["HostTranscript"][];
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
    getHostTranscript: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                transcriptId: string;
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
                    "application/json": components["schemas"]["WholeHostTranscript"];
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
    watchHostTranscript: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                transcriptId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
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
    checkIdentity: {
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
                    "application/json": {
                        checks: components["schemas"]["IdentityCheck"][];
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
    listTenants: {
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
                        items: components["schemas"]["Tenant"][];
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
    resendInvite: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body is answered as it was the first time, for a day. */
                "Idempotency-Key"?: string;
            };
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Format: email
                     * @description Left out: the first admin again.
                     */
                    email?: string;
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
                    "application/json": components["schemas"]["Invite"];
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
    listInstances: {
        parameters: {
            query?: {
                after?: string;
                hostId?: string;
                limit?: number;
                orderId?: string;
                state?: "opened" | "deploying" | "running" | "withdrawn";
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
                        items: {
                            /** @enum {string} */
                            activeSlot?: "a" | "b";
                            apiUrl: string;
                            appUrl: string;
                            /** Format: date-time */
                            changedAt: string;
                            /** Format: date-time */
                            createdAt: string;
                            domain: string;
                            environment: string;
                            hostId: string;
                            id: string;
                            /** @description References, not values */
                            openclaw?: {
                                keyRef: string;
                                urlRef: string;
                            };
                            orderId: string;
                            plan: string;
                            stack: string;
                            /** @enum {string} */
                            state: "opened" | "deploying" | "running" | "withdrawn";
                            tenant: string;
                        }[];
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
    listCertificates: {
        parameters: {
            query?: {
                after?: string;
                limit?: number;
            };
            header?: never;
            path: {
                id: string;
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
                        items: components["schemas"]["Certificate"][];
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
    getInstanceDns: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
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
                    "application/json": components["schemas"]["InstanceDns"];
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
    getInstance: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                instanceId: string;
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
                        /** @enum {string} */
                        activeSlot?: "a" | "b";
                        apiUrl: string;
                        appUrl: string;
                        /** Format: date-time */
                        changedAt: string;
                        /** Format: date-time */
                        createdAt: string;
                        domain: string;
                        environment: string;
                        hostId: string;
                        id: string;
                        /** @description References, not values */
                        openclaw?: {
                            keyRef: string;
                            urlRef: string;
                        };
                        orderId: string;
                        plan: string;
                        slots: {
                            /** Format: date-time */
                            changedAt: string;
                            migrationVersion?: string;
                            releaseId: string;
                            /** @enum {string} */
                            slot: "a" | "b";
                            /** @description Of the seven steps of a deployment */
                            stepsDone: number;
                        }[];
                        stack: string;
                        /** @enum {string} */
                        state: "opened" | "deploying" | "running" | "withdrawn";
                        tenant: string;
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
    listInstanceBackups: {
        parameters: {
            query?: {
                after?: string;
                limit?: number;
            };
            header?: never;
            path: {
                instanceId: string;
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
                        items: {
                            bytes?: number;
                            failure?: string;
                            id: string;
                            instanceId: string;
                            migrationVersion?: string;
                            /** Format: date-time */
                            provenAt?: string;
                            repository: string;
                            snapshot?: string;
                            /** Format: date-time */
                            startedAt: string;
                            /** @enum {string} */
                            state: "taking" | "taken" | "proven" | "failed";
                            /** @description Rows by table, in the snapshot that was saved */
                            tables?: {
                                [key: string]: number;
                            };
                            /** Format: date-time */
                            takenAt?: string;
                        }[];
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
    listInstanceChecks: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                instanceId: string;
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
                        items: {
                            asked: string;
                            at: string;
                            evidence?: string;
                            name: string;
                            seconds?: number;
                            /** @enum {string} */
                            status: "pass" | "warn" | "fail" | "unknown" | "not_applicable" | "not_built";
                            summary: string;
                            title: string;
                            vantage: string;
                        }[];
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
    getInstanceEnv: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                instanceId: string;
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
                        items: {
                            group: string;
                            name: string;
                            origin: string;
                            reference?: string;
                            required: boolean;
                            secret: boolean;
                            set: boolean;
                        }[];
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
    setInstanceVariable: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                instanceId: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description Kept sealed; where the stack says so it is in any case
                     * @default false
                     */
                    secret?: boolean;
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
                    "application/json": {
                        name: string;
                        reference?: string;
                        secret: boolean;
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
    getInstanceLogs: {
        parameters: {
            query: {
                lines?: number;
                service: string;
                slot?: "a" | "b";
            };
            header?: never;
            path: {
                instanceId: string;
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
                        service: string;
                        text: string;
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
    listInstanceServices: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                instanceId: string;
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
                        items: {
                            detail: string;
                            restarts: number;
                            service: string;
                            /** @enum {string} */
                            state: "running" | "starting" | "stopped" | "failed" | "absent";
                        }[];
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
    rotateMasterKey: {
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
                    "application/json": components["schemas"]["MasterKey"];
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
    listNotices: {
        parameters: {
            query?: {
                after?: string;
                limit?: number;
                recipient?: string;
                state?: "intent" | "sent" | "unknown" | "failed";
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
                        items: components["schemas"]["Notice"][];
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
    resendNotice: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body is answered as it was the first time, for a day. */
                "Idempotency-Key"?: string;
            };
            path: {
                noticeId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    inviteRef?: string;
                    reason?: string;
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
                    "application/json": components["schemas"]["NoticeAnswer"];
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
    previewNotice: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    kind: "launch" | "dns-records" | "dns-reminder" | "at-risk" | "task-for-owner" | "follow-up" | "incident-status" | "escalation-test";
                    values: {
                        [key: string]: unknown;
                    };
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
                    "application/json": components["schemas"]["NoticePreview"];
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
    listOrders: {
        parameters: {
            query?: {
                after?: string;
                atRisk?: string;
                blocked?: string;
                limit?: number;
                mine?: string;
                state?: "Draft" | "Ready for Provisioning" | "Queued" | "Provisioning" | "Validation" | "Live" | "Blocked" | "Incident" | "Cancelled";
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
                        items: {
                            /** @description ISO 8601, UTC */
                            atRiskAt?: string;
                            attempt: number;
                            blocked?: {
                                commands: string[];
                                /** @enum {string} */
                                from: "Draft" | "Ready for Provisioning" | "Queued" | "Provisioning" | "Validation" | "Live" | "Blocked" | "Incident" | "Cancelled";
                                kind: string;
                                problems: {
                                    message: string;
                                    path: string;
                                    register?: string;
                                }[];
                                reason: string;
                            };
                            breachCause?: string;
                            /** @description ISO 8601, UTC */
                            breachedAt?: string;
                            /** @description ISO 8601, UTC */
                            cancelWantedAt?: string;
                            /** @description ISO 8601, UTC */
                            clockStartedAt?: string;
                            /** @description ISO 8601, UTC */
                            createdAt: string;
                            /** @description ISO 8601, UTC */
                            dueAt?: string;
                            environment: string;
                            hostId?: string;
                            id: string;
                            /** @description ISO 8601, UTC */
                            liveAt?: string;
                            orderNumber?: string;
                            organization: string;
                            owner?: {
                                id: string;
                                name: string;
                            };
                            plan?: string;
                            region?: string;
                            /** @description ISO 8601, UTC */
                            riskAt?: string;
                            runId?: string;
                            /** @enum {string} */
                            state: "Draft" | "Ready for Provisioning" | "Queued" | "Provisioning" | "Validation" | "Live" | "Blocked" | "Incident" | "Cancelled";
                            /** @description ISO 8601, UTC */
                            stateSince: string;
                            ticket: string;
                            /** @enum {string} */
                            waitingFor?: "us" | "customer" | "provider";
                        }[];
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
    placeOrder: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body is answered as it was the first time, for a day. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        /** @description Fields of GET /api/v1/orders/schema */
        requestBody: {
            content: {
                "application/json": {
                    [key: string]: unknown;
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
                    "application/json": {
                        /** @description ISO 8601, UTC */
                        atRiskAt?: string;
                        attempt: number;
                        blocked?: {
                            commands: string[];
                            /** @enum {string} */
                            from: "Draft" | "Ready for Provisioning" | "Queued" | "Provisioning" | "Validation" | "Live" | "Blocked" | "Incident" | "Cancelled";
                            kind: string;
                            problems: {
                                message: string;
                                path: string;
                                register?: string;
                            }[];
                            reason: string;
                        };
                        breachCause?: string;
                        /** @description ISO 8601, UTC */
                        breachedAt?: string;
                        /** @description ISO 8601, UTC */
                        cancelWantedAt?: string;
                        /** @description ISO 8601, UTC */
                        clockStartedAt?: string;
                        /** @description ISO 8601, UTC */
                        createdAt: string;
                        /** @description ISO 8601, UTC */
                        dueAt?: string;
                        environment: string;
                        hostId?: string;
                        id: string;
                        /** @description ISO 8601, UTC */
                        liveAt?: string;
                        orderNumber?: string;
                        organization: string;
                        owner?: {
                            id: string;
                            name: string;
                        };
                        plan?: string;
                        region?: string;
                        /** @description ISO 8601, UTC */
                        riskAt?: string;
                        runId?: string;
                        /** @enum {string} */
                        state: "Draft" | "Ready for Provisioning" | "Queued" | "Provisioning" | "Validation" | "Live" | "Blocked" | "Incident" | "Cancelled";
                        /** @description ISO 8601, UTC */
                        stateSince: string;
                        ticket: string;
                        /** @enum {string} */
                        waitingFor?: "us" | "customer" | "provider";
                    };
                };
            };
            /** @description Default Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description ISO 8601, UTC */
                        atRiskAt?: string;
                        attempt: number;
                        blocked?: {
                            commands: string[];
                            /** @enum {string} */
                            from: "Draft" | "Ready for Provisioning" | "Queued" | "Provisioning" | "Validation" | "Live" | "Blocked" | "Incident" | "Cancelled";
                            kind: string;
                            problems: {
                                message: string;
                                path: string;
                                register?: string;
                            }[];
                            reason: string;
                        };
                        breachCause?: string;
                        /** @description ISO 8601, UTC */
                        breachedAt?: string;
                        /** @description ISO 8601, UTC */
                        cancelWantedAt?: string;
                        /** @description ISO 8601, UTC */
                        clockStartedAt?: string;
                        /** @description ISO 8601, UTC */
                        createdAt: string;
                        /** @description ISO 8601, UTC */
                        dueAt?: string;
                        environment: string;
                        hostId?: string;
                        id: string;
                        /** @description ISO 8601, UTC */
                        liveAt?: string;
                        orderNumber?: string;
                        organization: string;
                        owner?: {
                            id: string;
                            name: string;
                        };
                        plan?: string;
                        region?: string;
                        /** @description ISO 8601, UTC */
                        riskAt?: string;
                        runId?: string;
                        /** @enum {string} */
                        state: "Draft" | "Ready for Provisioning" | "Queued" | "Provisioning" | "Validation" | "Live" | "Blocked" | "Incident" | "Cancelled";
                        /** @description ISO 8601, UTC */
                        stateSince: string;
                        ticket: string;
                        /** @enum {string} */
                        waitingFor?: "us" | "customer" | "provider";
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
    getOrder: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The ticket, the id, or the number in Pulse */
                number: string;
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
                        /** @description ISO 8601, UTC */
                        atRiskAt?: string;
                        attempt: number;
                        blocked?: {
                            commands: string[];
                            /** @enum {string} */
                            from: "Draft" | "Ready for Provisioning" | "Queued" | "Provisioning" | "Validation" | "Live" | "Blocked" | "Incident" | "Cancelled";
                            kind: string;
                            problems: {
                                message: string;
                                path: string;
                                register?: string;
                            }[];
                            reason: string;
                        };
                        breachCause?: string;
                        /** @description ISO 8601, UTC */
                        breachedAt?: string;
                        /** @description ISO 8601, UTC */
                        cancelWantedAt?: string;
                        checklist?: unknown[];
                        /** @description ISO 8601, UTC */
                        clockStartedAt?: string;
                        /** @description ISO 8601, UTC */
                        createdAt: string;
                        /** @description ISO 8601, UTC */
                        dueAt?: string;
                        elapsedSeconds?: {
                            customer: number;
                            internal: number;
                        };
                        environment: string;
                        fields: {
                            [key: string]: unknown;
                        };
                        hostId?: string;
                        id: string;
                        incident?: {
                            reason: string;
                        };
                        /** @description ISO 8601, UTC */
                        liveAt?: string;
                        metadata?: {
                            [key: string]: unknown;
                        };
                        notes: {
                            /** @description ISO 8601, UTC */
                            at: string;
                            author: string;
                            text: string;
                        }[];
                        orderNumber?: string;
                        organization: string;
                        owner?: {
                            id: string;
                            name: string;
                        };
                        pauses: {
                            cause: string;
                            /** @description ISO 8601, UTC */
                            from: string;
                            /** @description ISO 8601, UTC */
                            to?: string;
                            /** @enum {string} */
                            waitingFor: "us" | "customer" | "provider";
                        }[];
                        plan?: string;
                        region?: string;
                        /** @description ISO 8601, UTC */
                        riskAt?: string;
                        runId?: string;
                        /** @enum {string} */
                        state: "Draft" | "Ready for Provisioning" | "Queued" | "Provisioning" | "Validation" | "Live" | "Blocked" | "Incident" | "Cancelled";
                        /** @description ISO 8601, UTC */
                        stateSince: string;
                        tasks: {
                            /** @description ISO 8601, UTC */
                            createdAt: string;
                            id: string;
                            /** @enum {string} */
                            kind: "proposed_change" | "refund_after_live" | "cancel_after_live" | "notice_in_doubt" | "not_given_back";
                            proposal?: {
                                [key: string]: unknown;
                            };
                            ticket: string;
                            title: string;
                        }[];
                        ticket: string;
                        /** @enum {string} */
                        waitingFor?: "us" | "customer" | "provider";
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
    amendOrder: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body is answered as it was the first time, for a day. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The ticket, the id, or the number in Pulse */
                number: string;
            };
            cookie?: never;
        };
        /** @description Fields of GET /api/v1/orders/schema */
        requestBody: {
            content: {
                "application/json": {
                    [key: string]: unknown;
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
                    "application/json": {
                        /** @description ISO 8601, UTC */
                        atRiskAt?: string;
                        attempt: number;
                        blocked?: {
                            commands: string[];
                            /** @enum {string} */
                            from: "Draft" | "Ready for Provisioning" | "Queued" | "Provisioning" | "Validation" | "Live" | "Blocked" | "Incident" | "Cancelled";
                            kind: string;
                            problems: {
                                message: string;
                                path: string;
                                register?: string;
                            }[];
                            reason: string;
                        };
                        breachCause?: string;
                        /** @description ISO 8601, UTC */
                        breachedAt?: string;
                        /** @description ISO 8601, UTC */
                        cancelWantedAt?: string;
                        /** @description ISO 8601, UTC */
                        clockStartedAt?: string;
                        /** @description ISO 8601, UTC */
                        createdAt: string;
                        /** @description ISO 8601, UTC */
                        dueAt?: string;
                        environment: string;
                        hostId?: string;
                        id: string;
                        /** @description ISO 8601, UTC */
                        liveAt?: string;
                        orderNumber?: string;
                        organization: string;
                        owner?: {
                            id: string;
                            name: string;
                        };
                        plan?: string;
                        region?: string;
                        /** @description ISO 8601, UTC */
                        riskAt?: string;
                        runId?: string;
                        /** @enum {string} */
                        state: "Draft" | "Ready for Provisioning" | "Queued" | "Provisioning" | "Validation" | "Live" | "Blocked" | "Incident" | "Cancelled";
                        /** @description ISO 8601, UTC */
                        stateSince: string;
                        ticket: string;
                        /** @enum {string} */
                        waitingFor?: "us" | "customer" | "provider";
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
    assignOrder: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body is answered as it was the first time, for a day. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The ticket, the id, or the number in Pulse */
                number: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    ownerId: string;
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
                    "application/json": {
                        /** @description ISO 8601, UTC */
                        atRiskAt?: string;
                        attempt: number;
                        blocked?: {
                            commands: string[];
                            /** @enum {string} */
                            from: "Draft" | "Ready for Provisioning" | "Queued" | "Provisioning" | "Validation" | "Live" | "Blocked" | "Incident" | "Cancelled";
                            kind: string;
                            problems: {
                                message: string;
                                path: string;
                                register?: string;
                            }[];
                            reason: string;
                        };
                        breachCause?: string;
                        /** @description ISO 8601, UTC */
                        breachedAt?: string;
                        /** @description ISO 8601, UTC */
                        cancelWantedAt?: string;
                        /** @description ISO 8601, UTC */
                        clockStartedAt?: string;
                        /** @description ISO 8601, UTC */
                        createdAt: string;
                        /** @description ISO 8601, UTC */
                        dueAt?: string;
                        environment: string;
                        hostId?: string;
                        id: string;
                        /** @description ISO 8601, UTC */
                        liveAt?: string;
                        orderNumber?: string;
                        organization: string;
                        owner?: {
                            id: string;
                            name: string;
                        };
                        plan?: string;
                        region?: string;
                        /** @description ISO 8601, UTC */
                        riskAt?: string;
                        runId?: string;
                        /** @enum {string} */
                        state: "Draft" | "Ready for Provisioning" | "Queued" | "Provisioning" | "Validation" | "Live" | "Blocked" | "Incident" | "Cancelled";
                        /** @description ISO 8601, UTC */
                        stateSince: string;
                        ticket: string;
                        /** @enum {string} */
                        waitingFor?: "us" | "customer" | "provider";
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
    cancelOrder: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body is answered as it was the first time, for a day. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The ticket, the id, or the number in Pulse */
                number: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason: string;
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
                    "application/json": {
                        /** @description ISO 8601, UTC */
                        atRiskAt?: string;
                        attempt: number;
                        blocked?: {
                            commands: string[];
                            /** @enum {string} */
                            from: "Draft" | "Ready for Provisioning" | "Queued" | "Provisioning" | "Validation" | "Live" | "Blocked" | "Incident" | "Cancelled";
                            kind: string;
                            problems: {
                                message: string;
                                path: string;
                                register?: string;
                            }[];
                            reason: string;
                        };
                        breachCause?: string;
                        /** @description ISO 8601, UTC */
                        breachedAt?: string;
                        /** @description ISO 8601, UTC */
                        cancelWantedAt?: string;
                        /** @description ISO 8601, UTC */
                        clockStartedAt?: string;
                        /** @description ISO 8601, UTC */
                        createdAt: string;
                        /** @description ISO 8601, UTC */
                        dueAt?: string;
                        environment: string;
                        hostId?: string;
                        id: string;
                        /** @description ISO 8601, UTC */
                        liveAt?: string;
                        orderNumber?: string;
                        organization: string;
                        owner?: {
                            id: string;
                            name: string;
                        };
                        plan?: string;
                        region?: string;
                        /** @description ISO 8601, UTC */
                        riskAt?: string;
                        runId?: string;
                        /** @enum {string} */
                        state: "Draft" | "Ready for Provisioning" | "Queued" | "Provisioning" | "Validation" | "Live" | "Blocked" | "Incident" | "Cancelled";
                        /** @description ISO 8601, UTC */
                        stateSince: string;
                        ticket: string;
                        /** @enum {string} */
                        waitingFor?: "us" | "customer" | "provider";
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
    checkOrder: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body is answered as it was the first time, for a day. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The ticket, the id, or the number in Pulse */
                number: string;
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
                        complete: boolean;
                        problems: {
                            message: string;
                            path: string;
                            register?: string;
                        }[];
                        ticket: string;
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
    noteOrder: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body is answered as it was the first time, for a day. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The ticket, the id, or the number in Pulse */
                number: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    text: string;
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
                    "application/json": {
                        /** @description ISO 8601, UTC */
                        atRiskAt?: string;
                        attempt: number;
                        blocked?: {
                            commands: string[];
                            /** @enum {string} */
                            from: "Draft" | "Ready for Provisioning" | "Queued" | "Provisioning" | "Validation" | "Live" | "Blocked" | "Incident" | "Cancelled";
                            kind: string;
                            problems: {
                                message: string;
                                path: string;
                                register?: string;
                            }[];
                            reason: string;
                        };
                        breachCause?: string;
                        /** @description ISO 8601, UTC */
                        breachedAt?: string;
                        /** @description ISO 8601, UTC */
                        cancelWantedAt?: string;
                        /** @description ISO 8601, UTC */
                        clockStartedAt?: string;
                        /** @description ISO 8601, UTC */
                        createdAt: string;
                        /** @description ISO 8601, UTC */
                        dueAt?: string;
                        environment: string;
                        hostId?: string;
                        id: string;
                        /** @description ISO 8601, UTC */
                        liveAt?: string;
                        orderNumber?: string;
                        organization: string;
                        owner?: {
                            id: string;
                            name: string;
                        };
                        plan?: string;
                        region?: string;
                        /** @description ISO 8601, UTC */
                        riskAt?: string;
                        runId?: string;
                        /** @enum {string} */
                        state: "Draft" | "Ready for Provisioning" | "Queued" | "Provisioning" | "Validation" | "Live" | "Blocked" | "Incident" | "Cancelled";
                        /** @description ISO 8601, UTC */
                        stateSince: string;
                        ticket: string;
                        /** @enum {string} */
                        waitingFor?: "us" | "customer" | "provider";
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
    pauseOrder: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body is answered as it was the first time, for a day. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The ticket, the id, or the number in Pulse */
                number: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    cause: string;
                    /**
                     * @default customer
                     * @enum {string}
                     */
                    waitingFor?: "us" | "customer" | "provider";
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
                    "application/json": {
                        /** @description ISO 8601, UTC */
                        atRiskAt?: string;
                        attempt: number;
                        blocked?: {
                            commands: string[];
                            /** @enum {string} */
                            from: "Draft" | "Ready for Provisioning" | "Queued" | "Provisioning" | "Validation" | "Live" | "Blocked" | "Incident" | "Cancelled";
                            kind: string;
                            problems: {
                                message: string;
                                path: string;
                                register?: string;
                            }[];
                            reason: string;
                        };
                        breachCause?: string;
                        /** @description ISO 8601, UTC */
                        breachedAt?: string;
                        /** @description ISO 8601, UTC */
                        cancelWantedAt?: string;
                        /** @description ISO 8601, UTC */
                        clockStartedAt?: string;
                        /** @description ISO 8601, UTC */
                        createdAt: string;
                        /** @description ISO 8601, UTC */
                        dueAt?: string;
                        environment: string;
                        hostId?: string;
                        id: string;
                        /** @description ISO 8601, UTC */
                        liveAt?: string;
                        orderNumber?: string;
                        organization: string;
                        owner?: {
                            id: string;
                            name: string;
                        };
                        plan?: string;
                        region?: string;
                        /** @description ISO 8601, UTC */
                        riskAt?: string;
                        runId?: string;
                        /** @enum {string} */
                        state: "Draft" | "Ready for Provisioning" | "Queued" | "Provisioning" | "Validation" | "Live" | "Blocked" | "Incident" | "Cancelled";
                        /** @description ISO 8601, UTC */
                        stateSince: string;
                        ticket: string;
                        /** @enum {string} */
                        waitingFor?: "us" | "customer" | "provider";
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
    resumeOrder: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body is answered as it was the first time, for a day. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The ticket, the id, or the number in Pulse */
                number: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason: string;
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
                    "application/json": {
                        /** @description ISO 8601, UTC */
                        atRiskAt?: string;
                        attempt: number;
                        blocked?: {
                            commands: string[];
                            /** @enum {string} */
                            from: "Draft" | "Ready for Provisioning" | "Queued" | "Provisioning" | "Validation" | "Live" | "Blocked" | "Incident" | "Cancelled";
                            kind: string;
                            problems: {
                                message: string;
                                path: string;
                                register?: string;
                            }[];
                            reason: string;
                        };
                        breachCause?: string;
                        /** @description ISO 8601, UTC */
                        breachedAt?: string;
                        /** @description ISO 8601, UTC */
                        cancelWantedAt?: string;
                        /** @description ISO 8601, UTC */
                        clockStartedAt?: string;
                        /** @description ISO 8601, UTC */
                        createdAt: string;
                        /** @description ISO 8601, UTC */
                        dueAt?: string;
                        environment: string;
                        hostId?: string;
                        id: string;
                        /** @description ISO 8601, UTC */
                        liveAt?: string;
                        orderNumber?: string;
                        organization: string;
                        owner?: {
                            id: string;
                            name: string;
                        };
                        plan?: string;
                        region?: string;
                        /** @description ISO 8601, UTC */
                        riskAt?: string;
                        runId?: string;
                        /** @enum {string} */
                        state: "Draft" | "Ready for Provisioning" | "Queued" | "Provisioning" | "Validation" | "Live" | "Blocked" | "Incident" | "Cancelled";
                        /** @description ISO 8601, UTC */
                        stateSince: string;
                        ticket: string;
                        /** @enum {string} */
                        waitingFor?: "us" | "customer" | "provider";
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
    retryOrder: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body is answered as it was the first time, for a day. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The ticket, the id, or the number in Pulse */
                number: string;
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
                        /** @description ISO 8601, UTC */
                        atRiskAt?: string;
                        attempt: number;
                        blocked?: {
                            commands: string[];
                            /** @enum {string} */
                            from: "Draft" | "Ready for Provisioning" | "Queued" | "Provisioning" | "Validation" | "Live" | "Blocked" | "Incident" | "Cancelled";
                            kind: string;
                            problems: {
                                message: string;
                                path: string;
                                register?: string;
                            }[];
                            reason: string;
                        };
                        breachCause?: string;
                        /** @description ISO 8601, UTC */
                        breachedAt?: string;
                        /** @description ISO 8601, UTC */
                        cancelWantedAt?: string;
                        /** @description ISO 8601, UTC */
                        clockStartedAt?: string;
                        /** @description ISO 8601, UTC */
                        createdAt: string;
                        /** @description ISO 8601, UTC */
                        dueAt?: string;
                        environment: string;
                        hostId?: string;
                        id: string;
                        /** @description ISO 8601, UTC */
                        liveAt?: string;
                        orderNumber?: string;
                        organization: string;
                        owner?: {
                            id: string;
                            name: string;
                        };
                        plan?: string;
                        region?: string;
                        /** @description ISO 8601, UTC */
                        riskAt?: string;
                        runId?: string;
                        /** @enum {string} */
                        state: "Draft" | "Ready for Provisioning" | "Queued" | "Provisioning" | "Validation" | "Live" | "Blocked" | "Incident" | "Cancelled";
                        /** @description ISO 8601, UTC */
                        stateSince: string;
                        ticket: string;
                        /** @enum {string} */
                        waitingFor?: "us" | "customer" | "provider";
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
    submitOrder: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body is answered as it was the first time, for a day. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The ticket, the id, or the number in Pulse */
                number: string;
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
                        /** @description ISO 8601, UTC */
                        atRiskAt?: string;
                        attempt: number;
                        blocked?: {
                            commands: string[];
                            /** @enum {string} */
                            from: "Draft" | "Ready for Provisioning" | "Queued" | "Provisioning" | "Validation" | "Live" | "Blocked" | "Incident" | "Cancelled";
                            kind: string;
                            problems: {
                                message: string;
                                path: string;
                                register?: string;
                            }[];
                            reason: string;
                        };
                        breachCause?: string;
                        /** @description ISO 8601, UTC */
                        breachedAt?: string;
                        /** @description ISO 8601, UTC */
                        cancelWantedAt?: string;
                        /** @description ISO 8601, UTC */
                        clockStartedAt?: string;
                        /** @description ISO 8601, UTC */
                        createdAt: string;
                        /** @description ISO 8601, UTC */
                        dueAt?: string;
                        environment: string;
                        hostId?: string;
                        id: string;
                        /** @description ISO 8601, UTC */
                        liveAt?: string;
                        orderNumber?: string;
                        organization: string;
                        owner?: {
                            id: string;
                            name: string;
                        };
                        plan?: string;
                        region?: string;
                        /** @description ISO 8601, UTC */
                        riskAt?: string;
                        runId?: string;
                        /** @enum {string} */
                        state: "Draft" | "Ready for Provisioning" | "Queued" | "Provisioning" | "Validation" | "Live" | "Blocked" | "Incident" | "Cancelled";
                        /** @description ISO 8601, UTC */
                        stateSince: string;
                        ticket: string;
                        /** @enum {string} */
                        waitingFor?: "us" | "customer" | "provider";
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
    finishOrderTask: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body is answered as it was the first time, for a day. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The ticket, the id, or the number in Pulse */
                number: string;
                taskId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason: string;
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
                    "application/json": {
                        /** @description ISO 8601, UTC */
                        atRiskAt?: string;
                        attempt: number;
                        blocked?: {
                            commands: string[];
                            /** @enum {string} */
                            from: "Draft" | "Ready for Provisioning" | "Queued" | "Provisioning" | "Validation" | "Live" | "Blocked" | "Incident" | "Cancelled";
                            kind: string;
                            problems: {
                                message: string;
                                path: string;
                                register?: string;
                            }[];
                            reason: string;
                        };
                        breachCause?: string;
                        /** @description ISO 8601, UTC */
                        breachedAt?: string;
                        /** @description ISO 8601, UTC */
                        cancelWantedAt?: string;
                        /** @description ISO 8601, UTC */
                        clockStartedAt?: string;
                        /** @description ISO 8601, UTC */
                        createdAt: string;
                        /** @description ISO 8601, UTC */
                        dueAt?: string;
                        environment: string;
                        hostId?: string;
                        id: string;
                        /** @description ISO 8601, UTC */
                        liveAt?: string;
                        orderNumber?: string;
                        organization: string;
                        owner?: {
                            id: string;
                            name: string;
                        };
                        plan?: string;
                        region?: string;
                        /** @description ISO 8601, UTC */
                        riskAt?: string;
                        runId?: string;
                        /** @enum {string} */
                        state: "Draft" | "Ready for Provisioning" | "Queued" | "Provisioning" | "Validation" | "Live" | "Blocked" | "Incident" | "Cancelled";
                        /** @description ISO 8601, UTC */
                        stateSince: string;
                        ticket: string;
                        /** @enum {string} */
                        waitingFor?: "us" | "customer" | "provider";
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
    getOrderTimeline: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                number: string;
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
                        blocked?: {
                            commands: string[];
                            kind: string;
                            reason: string;
                            waitingFor: string;
                        };
                        checks: {
                            asked: string;
                            /** @description ISO 8601, UTC */
                            at: string;
                            evidence?: string;
                            name: string;
                            runId?: string;
                            seconds?: number;
                            /** @enum {string} */
                            status: "pass" | "warn" | "fail" | "unknown" | "not_applicable" | "not_built";
                            summary: string;
                            title: string;
                            vantage: string;
                        }[];
                        dueAt?: string;
                        elapsedSeconds?: {
                            customer: number;
                            internal: number;
                        };
                        entries: {
                            action: string;
                            actor: string;
                            /** @description ISO 8601, UTC */
                            at: string;
                            onBehalfOf?: string;
                            reason?: string;
                        }[];
                        links: {
                            label: string;
                            url: string;
                        }[];
                        liveAt?: string;
                        organization: string;
                        owner?: string;
                        pauses: {
                            cause: string;
                            /** @description ISO 8601, UTC */
                            from: string;
                            to?: string;
                            waitingFor: string;
                        }[];
                        runs: {
                            endedAt?: string;
                            flow: string;
                            id: string;
                            outcome?: string;
                            /** @description ISO 8601, UTC */
                            startedAt: string;
                            steps: {
                                attempts: number;
                                endedAt?: string;
                                failure?: {
                                    code: string;
                                    hint?: string;
                                    message: string;
                                };
                                name: string;
                                note?: string;
                                position: number;
                                seconds?: number;
                                /** @description ISO 8601, UTC */
                                startedAt: string;
                                /** @enum {string} */
                                state: "running" | "done" | "failed";
                            }[];
                            waitingFor?: string;
                        }[];
                        /** @enum {string} */
                        state: "Draft" | "Ready for Provisioning" | "Queued" | "Provisioning" | "Validation" | "Live" | "Blocked" | "Incident" | "Cancelled";
                        ticket: string;
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
    unblockOrder: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body is answered as it was the first time, for a day. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The ticket, the id, or the number in Pulse */
                number: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason: string;
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
                    "application/json": {
                        /** @description ISO 8601, UTC */
                        atRiskAt?: string;
                        attempt: number;
                        blocked?: {
                            commands: string[];
                            /** @enum {string} */
                            from: "Draft" | "Ready for Provisioning" | "Queued" | "Provisioning" | "Validation" | "Live" | "Blocked" | "Incident" | "Cancelled";
                            kind: string;
                            problems: {
                                message: string;
                                path: string;
                                register?: string;
                            }[];
                            reason: string;
                        };
                        breachCause?: string;
                        /** @description ISO 8601, UTC */
                        breachedAt?: string;
                        /** @description ISO 8601, UTC */
                        cancelWantedAt?: string;
                        /** @description ISO 8601, UTC */
                        clockStartedAt?: string;
                        /** @description ISO 8601, UTC */
                        createdAt: string;
                        /** @description ISO 8601, UTC */
                        dueAt?: string;
                        environment: string;
                        hostId?: string;
                        id: string;
                        /** @description ISO 8601, UTC */
                        liveAt?: string;
                        orderNumber?: string;
                        organization: string;
                        owner?: {
                            id: string;
                            name: string;
                        };
                        plan?: string;
                        region?: string;
                        /** @description ISO 8601, UTC */
                        riskAt?: string;
                        runId?: string;
                        /** @enum {string} */
                        state: "Draft" | "Ready for Provisioning" | "Queued" | "Provisioning" | "Validation" | "Live" | "Blocked" | "Incident" | "Cancelled";
                        /** @description ISO 8601, UTC */
                        stateSince: string;
                        ticket: string;
                        /** @enum {string} */
                        waitingFor?: "us" | "customer" | "provider";
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
    draftOrder: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body is answered as it was the first time, for a day. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        /** @description Fields of GET /api/v1/orders/schema */
        requestBody: {
            content: {
                "application/json": {
                    [key: string]: unknown;
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
                    "application/json": {
                        /** @description ISO 8601, UTC */
                        atRiskAt?: string;
                        attempt: number;
                        blocked?: {
                            commands: string[];
                            /** @enum {string} */
                            from: "Draft" | "Ready for Provisioning" | "Queued" | "Provisioning" | "Validation" | "Live" | "Blocked" | "Incident" | "Cancelled";
                            kind: string;
                            problems: {
                                message: string;
                                path: string;
                                register?: string;
                            }[];
                            reason: string;
                        };
                        breachCause?: string;
                        /** @description ISO 8601, UTC */
                        breachedAt?: string;
                        /** @description ISO 8601, UTC */
                        cancelWantedAt?: string;
                        /** @description ISO 8601, UTC */
                        clockStartedAt?: string;
                        /** @description ISO 8601, UTC */
                        createdAt: string;
                        /** @description ISO 8601, UTC */
                        dueAt?: string;
                        environment: string;
                        hostId?: string;
                        id: string;
                        /** @description ISO 8601, UTC */
                        liveAt?: string;
                        orderNumber?: string;
                        organization: string;
                        owner?: {
                            id: string;
                            name: string;
                        };
                        plan?: string;
                        region?: string;
                        /** @description ISO 8601, UTC */
                        riskAt?: string;
                        runId?: string;
                        /** @enum {string} */
                        state: "Draft" | "Ready for Provisioning" | "Queued" | "Provisioning" | "Validation" | "Live" | "Blocked" | "Incident" | "Cancelled";
                        /** @description ISO 8601, UTC */
                        stateSince: string;
                        ticket: string;
                        /** @enum {string} */
                        waitingFor?: "us" | "customer" | "provider";
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
    reportOrders: {
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
                    "application/json": {
                        byState: {
                            [key: string]: number;
                        };
                        delivered: number;
                        /** @description Share of the delivered orders that were live in time */
                        hitRate?: number;
                        openAtRisk: number;
                        openBreached: number;
                        withinDue: number;
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
    getOrderSchema: {
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
                    "application/json": {
                        [key: string]: unknown;
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
    listOrderTasks: {
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
                    "application/json": {
                        items: {
                            /** @description ISO 8601, UTC */
                            createdAt: string;
                            id: string;
                            /** @enum {string} */
                            kind: "proposed_change" | "refund_after_live" | "cancel_after_live" | "notice_in_doubt" | "not_given_back";
                            proposal?: {
                                [key: string]: unknown;
                            };
                            ticket: string;
                            title: string;
                        }[];
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
                    limits?: {
                        [key: string]: {
                            customers?: string[];
                            plans?: string[];
                            regions?: string[];
                        };
                    };
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
    unlinkPerson: {
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
                    limits?: {
                        [key: string]: {
                            customers?: string[];
                            plans?: string[];
                            regions?: string[];
                        };
                    };
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
    getPool: {
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
                    "application/json": components["schemas"]["Pool"];
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
    setPoolTarget: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    plan: string;
                    region: string;
                    target: number;
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
                    "application/json": {
                        plan: string;
                        region: string;
                        target: number;
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
    listHostEffects: {
        parameters: {
            query?: {
                after?: string;
                limit?: number;
                /** @description Only intents that are open */
                open?: string;
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
                        items: components["schemas"]["HostEffect"][];
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
    refillPool: {
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
                    plan: string;
                    region: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StartedRun"];
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
    listReleases: {
        parameters: {
            query?: {
                after?: string;
                limit?: number;
                stack?: string;
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
                        items: {
                            artifacts: {
                                bytes: number;
                                file: string;
                                /** @description The id the image has in Docker */
                                imageId?: string;
                                sha256: string;
                            }[];
                            /** Format: date-time */
                            createdAt: string;
                            createdBy: string;
                            id: string;
                            runtime: string;
                            stack: string;
                            version: string;
                        }[];
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
    registerRelease: {
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
                    /** @description Below the folder of stacks on the control plane */
                    folder: string;
                    manifest?: string;
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
                    "application/json": {
                        artifacts: {
                            bytes: number;
                            file: string;
                            /** @description The id the image has in Docker */
                            imageId?: string;
                            sha256: string;
                        }[];
                        /** Format: date-time */
                        createdAt: string;
                        createdBy: string;
                        id: string;
                        runtime: string;
                        stack: string;
                        version: string;
                        warnings: {
                            message: string;
                            path: string;
                        }[];
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
    getRelease: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                releaseId: string;
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
                        artifacts: {
                            bytes: number;
                            file: string;
                            /** @description The id the image has in Docker */
                            imageId?: string;
                            sha256: string;
                        }[];
                        /** Format: date-time */
                        createdAt: string;
                        createdBy: string;
                        id: string;
                        runtime: string;
                        stack: string;
                        version: string;
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
    listRuns: {
        parameters: {
            query?: {
                after?: string;
                limit?: number;
                state?: "running" | "done" | "blocked" | "cancelled" | "failed";
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
                        items: components["schemas"]["Run"][];
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
    getRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                runId: string;
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
                    "application/json": components["schemas"]["RunDetail"];
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
    attestRunStep: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                runId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason: string;
                    step: string;
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
                    "application/json": components["schemas"]["RunDetail"];
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
    cancelRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                runId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason: string;
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
                    "application/json": components["schemas"]["RunDetail"];
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
    resumeRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                runId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    fromStep: string;
                    reason: string;
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
                    "application/json": components["schemas"]["RunDetail"];
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
    applySecret: {
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
        requestBody?: never;
        responses: {
            /** @description Default Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        runId: string;
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
    listSessions: {
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
                        items: components["schemas"]["Session"][];
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
    endSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                sessionId: string;
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
                    "application/json": components["schemas"]["Session"];
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
    getWayIn: {
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
                    "application/json": components["schemas"]["WayIn"];
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
    signOut: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
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
    checkStack: {
        parameters: {
            query: {
                /** @description Below the folder of stacks on the control plane */
                folder: string;
                manifest?: string;
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
                        accepted: boolean;
                        problems: {
                            message: string;
                            path: string;
                        }[];
                        stack?: {
                            name: string;
                            release: string;
                            runtime: string;
                        };
                        warnings: {
                            message: string;
                            path: string;
                        }[];
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
    checkStackNow: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Below the folder of stacks on the control plane */
                    folder: string;
                    /** @default stack.yaml */
                    manifest?: string;
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
                    "application/json": {
                        accepted: boolean;
                        problems: {
                            message: string;
                            path: string;
                        }[];
                        stack?: {
                            name: string;
                            release: string;
                            runtime: string;
                        };
                        warnings: {
                            message: string;
                            path: string;
                        }[];
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
    fixStack: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Below the folder of stacks on the control plane */
                    folder: string;
                    /** @default stack.yaml */
                    manifest?: string;
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
                    "application/json": components["schemas"]["FixedStack"];
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
    getStackSchema: {
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
                    "application/json": {
                        [key: string]: unknown;
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
                    permissions?: ("orders.read" | "orders.write" | "orders.sell" | "hosts.read" | "hosts.write" | "hosts.exec" | "hosts.logs" | "hosts.transcripts" | "instances.read" | "instances.write" | "secrets.read" | "secrets.write" | "secrets.master" | "identity.read" | "identity.write" | "notices.read" | "notices.write" | "checks.read" | "checks.attest" | "runs.read" | "runs.write" | "contacts.erase" | "approvals.read" | "approvals.decide" | "trail.read" | "trail.write" | "trail.export" | "access.read" | "access.write" | "access.bootstrap")[];
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
    makeTrailBundle: {
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
                    /** @description A ticket or id, the id of a run, the name of a customer. */
                    id: string;
                    /** @enum {string} */
                    kind: "order" | "run" | "customer";
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
                    "application/json": components["schemas"]["EvidenceBundle"];
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
    checkpointTrail: {
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
                    "application/json": components["schemas"]["TrailCheckpoint"];
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
    listTrailCheckpoints: {
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
                    "application/json": {
                        items: components["schemas"]["TrailCheckpoint"][];
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
    proveTrailConsistency: {
        parameters: {
            query: {
                first: number;
                second: number;
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
                        proof: string[];
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
    listTrail: {
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
                        items: components["schemas"]["TrailEntry"][];
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
    getTrailEntry: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                entry: string;
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
                    "application/json": components["schemas"]["TrailEntry"];
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
    proveTrailEntry: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                entry: string;
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
                        checkpoint: string;
                        entry: components["schemas"]["ExportedEntry"];
                        proof: string[];
                        size: number;
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
    startTrailExport: {
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
                    /** @enum {string} */
                    format: "audit-lines" | "jsonl" | "tiles";
                    reason?: string;
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
                    "application/json": {
                        checkpoint: components["schemas"]["TrailCheckpoint"];
                        id: string;
                        keys: components["schemas"]["TrailKey"][];
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
    readTrailExport: {
        parameters: {
            query?: {
                from?: number;
                limit?: number;
            };
            header?: never;
            path: {
                exportId: string;
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
                        items: components["schemas"]["ExportedEntry"][];
                        next?: number;
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
    getTrailKey: {
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
                    "application/json": {
                        items: components["schemas"]["TrailKey"][];
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
    rotateTrailKey: {
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
                    reason: string;
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
                    "application/json": components["schemas"]["TrailKey"];
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
    acceptTrailRestore: {
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
                    reason: string;
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
                    "application/json": {
                        from?: number;
                        restored: boolean;
                        to?: number;
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
    verifyTrail: {
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
                    "application/json": components["schemas"]["TrailVerification"];
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
    receivePulseWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
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
