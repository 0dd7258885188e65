using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using PerfFlow.Platform.Organisation;
using PerfFlow.Tests.Identity;
using Xunit;

namespace PerfFlow.Tests.Access;

/// <summary>
/// The matrix role × unit × action of a filing: what exists for a person is the same through page, paper, API, inbox,
/// search, matrix, export and file (domain.md §1 V1 to V3). A further door is a further row of one of the tables.
/// </summary>
public sealed partial class FilingsThroughEveryDoor(FiledCounty filed) : IClassFixture<FiledCounty>
{
    /// <summary>Addresses that answer whoever sees the filing, and are not there for anybody else.</summary>
    private static readonly Dictionary<string, Func<Filed, string>> Seen = new(StringComparer.Ordinal)
    {
        ["case"] = f => $"/cases/{f.CaseId}",
        ["filing page"] = f => $"/filings/{f.CaseId}",
        ["round page"] = f => $"/filings/{f.CaseId}?round=1",
        ["compare page"] = f => $"/filings/{f.CaseId}/compare?from=1&to=2",
        ["print"] = f => $"/filings/{f.CaseId}/print",
        ["filing alive"] = f => $"/filings/{f.CaseId}/alive?visit={f.Visit}",
        ["file"] = f => $"/filings/{f.CaseId}/attachments/{f.FileId}",
        ["file API"] = f => $"/api/filings/{f.CaseId}/attachments/{f.FileId}",
        ["filing API"] = f => $"/api/filings/{f.CaseId}",
        ["round API"] = f => $"/api/filings/{f.CaseId}/rounds/1",
        ["checks API"] = f => $"/api/filings/{f.CaseId}/checks",
        ["review page"] = f => $"/reviews/{f.CaseId}",
        ["review side by side"] = f => $"/reviews/{f.CaseId}?view=side",
        ["review files"] = f => $"/reviews/{f.CaseId}?tab=files",
        ["review trail"] = f => $"/reviews/{f.CaseId}?tab=trail",
        ["review rounds"] = f => $"/reviews/{f.CaseId}?tab=rounds",
        ["review alive"] = f => $"/reviews/{f.CaseId}/alive?visit={f.Visit}",
        ["review API"] = f => $"/api/reviews/{f.CaseId}",
        ["picture"] = f => $"/cases/{f.CaseId}/picture",
        ["picture after a line"] = f => $"/cases/{f.CaseId}/picture?line=1",
        ["picture part"] = f => $"/cases/{f.CaseId}/picture/part",
        ["picture API"] = f => $"/api/cases/{f.CaseId}/picture",
        ["deliveries"] = f => $"/cases/{f.CaseId}/visits/{f.Visit}/deliveries",
        ["explanation"] = f => $"/cases/{f.CaseId}/explain",
        ["explanation API"] = f => $"/api/cases/{f.CaseId}/explain",
        ["signers API"] = f => $"/api/cases/{f.CaseId}/signers",
        ["add signers page"] = f => $"/cases/{f.CaseId}/together/sign",
        ["ask page"] = f => $"/cases/{f.CaseId}/together/ask",
        ["people to ask"] = f => $"/cases/{f.CaseId}/together/ask/people?find=%E5%BC%A0",
        ["copy page"] = f => $"/cases/{f.CaseId}/together/copy",
        ["return-to page"] = f => $"/cases/{f.CaseId}/together/return",
        ["take-back page"] = f => $"/cases/{f.CaseId}/together/take-back",
        ["hand-over"] = f => $"/cases/{f.CaseId}/hand-over",
        ["matrix cell"] = f => $"/notices/{f.NoticeId}/units/{f.UnitId}",
        ["matrix why"] = f => $"/notices/{f.NoticeId}/units/{f.UnitId}/why",
    };

    /// <summary>Lists, exports and searches: what of the filing stands in them for whoever sees it.</summary>
    private static readonly Dictionary<string, (Func<Filed, string> Path, Func<Filed, string> Sign)> Listed = new(StringComparer.Ordinal)
    {
        ["search page"] = (f => $"/search?q={Uri.EscapeDataString(f.Project.Name)}", f => $"/cases/{f.CaseId}\""),
        ["search API"] = (f => $"/api/search?q={f.Project.Code}", f => $"\"caseId\":{f.CaseId},"),
        ["matrix page"] = (f => $"/notices/{f.NoticeId}/matrix", f => $"data-unit=\"{f.UnitId}\""),
        ["matrix part"] = (f => $"/notices/{f.NoticeId}/matrix/part", f => $"data-unit=\"{f.UnitId}\""),
        ["matrix API"] = (f => $"/api/notices/{f.NoticeId}/matrix", f => $"\"unitId\":{f.UnitId},"),
        ["matrix workbook"] = (f => $"/notices/{f.NoticeId}/matrix.xlsx", f => f.Name switch { "school" => "青田县实验小学", "health" => "青田县卫生健康局", _ => "青田县农业农村局" }),
        ["matrix CSV"] = (f => $"/notices/{f.NoticeId}/matrix.csv", UnitCode),
        ["notice items"] = (f => $"/notices/{f.NoticeId}/items", f => f.Project.Name),
    };

    /// <summary>A unit's own lists; they exist for its people alone.</summary>
    private static readonly Dictionary<string, (string[] Paths, Func<Filed, string> Sign)> Owned = new(StringComparer.Ordinal)
    {
        ["filings page"] = (["/filings?tab=todo", "/filings?tab=review"], f => $"/filings/{f.CaseId}\""),
        ["filings API"] = (["/api/filings?tab=todo", "/api/filings?tab=review"], f => $"\"id\":{f.CaseId},"),
    };

    /// <summary>Workbooks that a unit sent: they exist for its people alone.</summary>
    private static readonly Dictionary<string, Func<Filed, string>> Sent = new(StringComparer.Ordinal)
    {
        ["sent workbook API"] = f => $"/api/workbooks/{f.Workbook}",
        ["marked workbook API"] = f => $"/api/workbooks/{f.Workbook}/marked",
        ["marked workbook"] = f => $"/filings/import/{f.Workbook}/marked",
        ["import page"] = f => $"/filings/import?notice={f.NoticeId}&unit={f.UnitId}",
        ["import list"] = f => $"/filings/import/sent?notice={f.NoticeId}&unit={f.UnitId}",
        ["sent workbooks API"] = f => $"/api/notices/{f.NoticeId}/workbooks?unit={f.UnitId}",
    };

    /// <summary>A workbook that was sent for one case: for those who hold the post that it was sent from.</summary>
    private static readonly Dictionary<string, Func<Filed, string>> SentForCase = new(StringComparer.Ordinal)
    {
        ["import page of a case"] = f => $"/filings/import?case={f.CaseId}",
        ["import list of a case"] = f => $"/filings/import/sent?case={f.CaseId}",
        ["workbooks of a case API"] = f => $"/api/filings/{f.CaseId}/workbooks",
        ["workbook of a case API"] = f => $"/api/workbooks/{f.CaseWorkbook ?? Guid.Empty}",
    };

    /// <summary>What only whoever fills in the open step gets.</summary>
    private static readonly Dictionary<string, Func<Filed, string>> ToFill = new(StringComparer.Ordinal)
    {
        ["prefilled workbook"] = f => $"/filings/import/workbook?notice={f.NoticeId}&unit={f.UnitId}",
        ["prefilled workbook API"] = f => $"/api/notices/{f.NoticeId}/workbooks/prefilled?unit={f.UnitId}",
        ["prefilled workbook of a case"] = f => $"/filings/import/workbook?case={f.CaseId}",
        ["prefilled workbook of a case API"] = f => $"/api/filings/{f.CaseId}/workbooks/prefilled",
        ["blank workbook of a case API"] = f => $"/api/filings/{f.CaseId}/workbooks/blank",
    };

    /// <summary>待办: what waits for the person.</summary>
    private static readonly Dictionary<string, (string Path, Func<Filed, string> Sign)> Held = new(StringComparer.Ordinal)
    {
        ["inbox page"] = ("/tasks", f => f.Project.Name),
        ["inbox API"] = ("/api/tasks", f => $"\"caseId\":{f.CaseId},"),
        ["inbox search"] = ("/api/tasks?q=33112124T", f => $"\"caseId\":{f.CaseId},"),
        ["workbench"] = ("/", f => f.Project.Name),
    };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Role, where it is held, what it sees, what is its own, what waits for it.</summary>
    public static TheoryData<string, string, string, string, string> People => new()
    {
        { Roles.Unit, "school", "school", "school", "" },
        { Roles.UnitHead, "school", "school", "school", "" },
        { Roles.Unit, "health", "health", "health", "" },
        { Roles.Unit, "farm", "farm", "farm", "farm" },
        { Roles.Department, "education", "school", "", "school" },
        { Roles.Section, "culture", "school health", "", "health" },
        { Roles.Section, "farm-section", "farm", "", "" },
        { Roles.Performance, "bureau", "school health farm", "", "" },
        { Roles.Leader, "bureau", "school health farm", "", "" },
        { Roles.Audit, "bureau", "school health farm", "", "" },
        { Roles.Budget, "bureau", "school health farm", "", "" },
        { Roles.Treasury, "bureau", "school health farm", "", "" },
        { Roles.Administrator, "bureau", "", "", "" },
        { Roles.SecurityAdministrator, "bureau", "", "", "" },
        { Roles.AuditAdministrator, "bureau", "", "", "" },
    };

    [Theory]
    [MemberData(nameof(People))]
    public async Task Person_FindsTheSameFilingsThroughEveryDoor(string role, string place, string seen, string own, string held)
    {
        using var who = await SignedInAsync(role, place);
        var wrong = new List<string>();
        foreach (var (door, path) in Seen)
        {
            await CompareAsync(door, seen, async f => await ExistsAsync(who, path(f)));
        }

        foreach (var (door, (path, sign)) in Listed)
        {
            await CompareAsync(door, seen, async f => (await (path(f).EndsWith(".xlsx", StringComparison.Ordinal) ? CellsAsync(who, path(f)) : TextAsync(who, path(f)))).Contains(sign(f), StringComparison.Ordinal));
        }

        foreach (var (door, (paths, sign)) in Owned)
        {
            await CompareAsync(door, own, async f => string.Concat(await TextAsync(who, paths[0]), await TextAsync(who, paths[1])).Contains(sign(f), StringComparison.Ordinal));
        }

        foreach (var (door, path) in Sent)
        {
            await CompareAsync(door, own, async f => await ExistsAsync(who, path(f)));
        }

        var open = own.Split(' ').Contains("farm") ? "farm" : "";
        foreach (var (door, path) in SentForCase)
        {
            await CompareAsync(door, open, async f => f.CaseWorkbook is { } sent && (await TextAsync(who, path(f))).Contains(sent.ToString(), StringComparison.Ordinal));
        }

        foreach (var (door, path) in ToFill)
        {
            await CompareAsync(door, open, async f => (await StatusAsync(who, path(f))) == HttpStatusCode.OK);
        }

        foreach (var (door, (path, sign)) in Held)
        {
            await CompareAsync(door, held, async f => (await TextAsync(who, path)).Contains(sign(f), StringComparison.Ordinal));
        }

        // 全部在办 is for those who see every case; for anybody else it is their own inbox.
        var wide = seen.Split(' ').Length == 3 ? seen : held;
        await CompareAsync("inbox of the region", wide, async f => (await TextAsync(who, "/api/tasks?scope=all")).Contains($"\"caseId\":{f.CaseId},", StringComparison.Ordinal));
        Assert.True(wrong.Count == 0, $"{role} at {place}:\n{string.Join('\n', wrong)}");

        async Task CompareAsync(string door, string expected, Func<Filed, Task<bool>> sees)
        {
            var found = new List<string>();
            foreach (var filing in filed.Filings)
            {
                if (await sees(filing))
                {
                    found.Add(filing.Name);
                }
            }

            if (string.Join(' ', found) != expected)
            {
                wrong.Add($"{door} shows: {string.Join(' ', found)}; the policy says: {expected}");
            }
        }
    }

    [Theory]
    [InlineData(Roles.Unit, "school", "health")]
    [InlineData(Roles.Department, "education", "health")]
    [InlineData(Roles.Section, "farm-section", "school")]
    public async Task AnothersFiling_AnswersByteForByteLikeOneThatWasNeverThere(string role, string place, string other)
    {
        using var who = await SignedInAsync(role, place);
        var real = filed[other];
        var none = real with { CaseId = 987_654, UnitId = 987_655, FileId = new string('a', 32), Workbook = new Guid("018b1229-0000-7000-8000-000000000000") };
        var wrong = new List<string>();
        foreach (var (door, path) in Seen.Concat(Sent).Concat(ToFill).Concat(SentForCase.Where(d => !d.Key.StartsWith("workbook of", StringComparison.Ordinal))))
        {
            var (status, body) = await WholeAsync(who, HttpMethod.Get, path(real), real);
            var (noStatus, noBody) = await WholeAsync(who, HttpMethod.Get, path(none), none);
            if (status != noStatus || body != noBody)
            {
                var at = body.Zip(noBody).TakeWhile(pair => pair.First == pair.Second).Count();
                wrong.Add($"{door}: {status}, {noStatus}: …{body.AsSpan(Math.Max(0, at - 80), Math.Min(160, body.Length - Math.Max(0, at - 80)))}…");
            }
        }

        (HttpMethod Method, string Path, string Body)[] acts =
        [
            (HttpMethod.Put, "/api/filings/{0}/draft", """{"visit":{1},"version":0,"fields":{}}"""),
            (HttpMethod.Post, "/api/filings/{0}/submit", """{"visit":{1},"version":1}"""),
            (HttpMethod.Post, "/api/filings/{0}/withdraw", "{}"),
            (HttpMethod.Post, "/api/filings/{0}/workbooks?name=a.csv", "{}"),
            (HttpMethod.Post, "/api/workbooks/{3}/take", "{}"),
            (HttpMethod.Delete, "/api/filings/{0}/attachments/{2}", ""),
            (HttpMethod.Put, "/api/reviews/{0}/notes", """{"visit":{1},"opinion":"记"}"""),
            (HttpMethod.Post, "/api/reviews/{0}/approve", """{"visit":{1}}"""),
            (HttpMethod.Post, "/api/reviews/{0}/return", """{"visit":{1},"reasons":["TH02"],"text":"请对照字段意见逐条修改。","target":"Return","due":"2023-10-18"}"""),
            (HttpMethod.Post, "/api/reviews/{0}/reopen", """{"reason":"金额与批复不一致，需要重新审核。"}"""),
            (HttpMethod.Post, "/api/reviews/approve", """{"rows":[{"caseId":{0},"visit":{1}}]}"""),
            .. Verbs.Select(verb => (HttpMethod.Post, verb.Path, verb.Body)),
            (HttpMethod.Post, "/api/cases/{0}/hand-over", """{"visit":{1},"to":null,"reason":"原填报人调离"}"""),
        ];
        await BringTokenAsync(who);
        foreach (var (method, path, body) in acts)
        {
            var answer = await WholeAsync(who, method, Filled(path, real), real, Filled(body, real));
            if (answer != await WholeAsync(who, method, Filled(path, none), none, Filled(body, none)) || (answer.Status != HttpStatusCode.NotFound && path != "/api/reviews/approve"))
            {
                wrong.Add($"{method} {path}: {answer.Status} {answer.Body}");
            }
        }

        Assert.True(wrong.Count == 0, $"{role} at {place}:\n{string.Join('\n', wrong)}");
    }

    [Fact]
    public async Task LookOfAnotherBody_IsLoggedAtEveryDoor_TheUnitsOwnIsNot()
    {
        var health = filed["health"];
        (string Path, string Line)[] looks =
        [
            ($"/filings/{health.CaseId}", $"detail: filing {health.CaseId} {health.Project.Code}"),
            ($"/filings/{health.CaseId}/print", $"detail: filing {health.CaseId} {health.Project.Code}"),
            ($"/api/filings/{health.CaseId}", $"detail: filing {health.CaseId} {health.Project.Code}"),
            ($"/api/filings/{health.CaseId}/rounds/2", $"detail: filing {health.CaseId} {health.Project.Code}"),
            ($"/reviews/{health.CaseId}", $"detail: filing {health.CaseId} {health.Project.Code}"),
            ($"/api/reviews/{health.CaseId}", $"detail: filing {health.CaseId} {health.Project.Code}"),
            ($"/filings/{health.CaseId}/attachments/{health.FileId}", $"file: filing {health.CaseId} {health.Project.Code} 依据-health.pdf"),
            ($"/api/filings/{health.CaseId}/attachments/{health.FileId}", $"file: filing {health.CaseId} {health.Project.Code} 依据-health.pdf"),
            ($"/notices/{health.NoticeId}/matrix.csv", $"export: matrix of notice {health.NoticeId}: 2"),
            ($"/notices/{health.NoticeId}/matrix.xlsx", $"export: matrix of notice {health.NoticeId}: 2"),
        ];
        using var section = await SignedInAsync(Roles.Section, "culture");
        var reader = await NewestAsync();
        using var clerk = await SignedInAsync(Roles.Unit, "health");
        var owner = await NewestAsync();
        foreach (var (path, line) in looks)
        {
            var before = await LinesAsync(reader);
            Assert.True(await ExistsAsync(section, path), path);
            Assert.True(await ExistsAsync(clerk, path), path);
            Assert.Equal([.. before, line], await LinesAsync(reader));
        }

        Assert.Empty(await LinesAsync(owner));
    }

    /// <summary>已办 tells a person's own acts, and only those about cases that are still theirs to see.</summary>
    [Theory]
    [InlineData("school", "school")]
    [InlineData("health", "health")]
    [InlineData("farm", "farm")]
    [InlineData("education", "school")]
    [InlineData("culture", "school health")]
    [InlineData("farmSection", "farm")]
    [InlineData("performance", "")]
    [InlineData("leader", "")]
    public async Task Done_TellsOnesOwnActsAlone(string person, string expected)
    {
        using var who = await filed.Office.SignedInAsync(person);
        var (page, json) = (await TextAsync(who, "/tasks/done"), await TextAsync(who, "/api/tasks/done"));
        Assert.Equal(expected, string.Join(' ', filed.Filings.Where(f => page.Contains($"/cases/{f.CaseId}\"", StringComparison.Ordinal)).Select(f => f.Name)));
        Assert.Equal(expected, string.Join(' ', filed.Filings.Where(f => json.Contains($"\"caseId\":{f.CaseId},", StringComparison.Ordinal)).Select(f => f.Name)));
    }

    /// <summary>The visitor's forms are taken as forms of ours, so that nothing but the right decides.</summary>
    private static async Task BringTokenAsync(Visitor who)
    {
        var token = (await who.PageAsync("/account/password")).QuerySelector("input[name=__RequestVerificationToken]")?.GetAttribute("value");
        who.Http.DefaultRequestHeaders.Add("RequestVerificationToken", token);
    }

    private async Task<long> NewestAsync()
    {
        await using var db = filed.Office.App.Db();
        return await db.Users.MaxAsync(u => u.Id, Ct);
    }

    private async Task<List<string?>> LinesAsync(long actor)
    {
        await using var db = filed.Office.App.Db();
        return await db.SecurityEvents.Where(e => e.Kind == "viewed" && e.ActorId == actor).OrderBy(e => e.Id).Select(e => e.Detail).ToListAsync(Ct);
    }

    private async Task<Visitor> SignedInAsync(string role, string place)
    {
        var app = filed.Office.App;
        var region = filed.Office.County.RegionId;
        var account = await Visitor.AccountAsync(app, region, filed.NewName());
        await using var scope = app.Scope();
        var granted = await scope.ServiceProvider.GetRequiredService<GrantRole>()
            .RunAsync(null, region, new RoleInput(account.UserId, filed.At(place).Id, role, new DateOnly(2020, 1, 1)), Ct);
        Assert.True(granted.Ok, granted.Refusal?.Code);
        return await new Visitor(app.Address).SignedInAsync(account.UserName, account.StartPassword);
    }

    /// <summary>404 is the answer of what is not there; a known thing answers in some other way, or says what right is wanting.</summary>
    private static async Task<bool> ExistsAsync(Visitor who, string path)
    {
        using var response = await who.GetAsync(path);
        Assert.True((int)response.StatusCode < 500, $"{path}: {response.StatusCode}");
        return response.StatusCode != HttpStatusCode.NotFound;
    }

    private static async Task<HttpStatusCode> StatusAsync(Visitor who, string path)
    {
        using var response = await who.GetAsync(path);
        return response.StatusCode;
    }

    /// <summary>Everything that is written in a workbook.</summary>
    private static async Task<string> CellsAsync(Visitor who, string path)
    {
        using var response = await who.GetAsync(path);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            return "";
        }

        await using var zip = new ZipArchive(await response.Content.ReadAsStreamAsync(Ct));
        var text = new StringBuilder();
        foreach (var part in zip.Entries.Where(e => e.FullName.EndsWith(".xml", StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(await part.OpenAsync(Ct));
            text.Append(await reader.ReadToEndAsync(Ct));
        }

        return text.ToString();
    }

    private static async Task<string> TextAsync(Visitor who, string path)
    {
        using var response = await who.GetAsync(path);
        return response.StatusCode == HttpStatusCode.OK ? await response.Content.ReadAsStringAsync(Ct) : "";
    }

    /// <summary>Status and body, without the token that differs in every page and without the address that the visitor asked for himself.</summary>
    private static async Task<(HttpStatusCode Status, string Body)> WholeAsync(Visitor who, HttpMethod method, string path, Filed of, string? json = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (method != HttpMethod.Get)
        {
            request.Headers.Add("Idempotency-Key", "once");
            var type = path.Contains("/workbooks?", StringComparison.Ordinal) ? "application/octet-stream"
                : path.StartsWith("/api/", StringComparison.Ordinal) ? "application/json" : "application/x-www-form-urlencoded";
            request.Content = new StringContent(json ?? "", Encoding.UTF8, type);
        }

        using var response = await who.Http.SendAsync(request, Ct);
        var body = await response.Content.ReadAsStringAsync(Ct);
        const string Token = "name=\"__RequestVerificationToken\"";
        for (var at = body.IndexOf(Token, StringComparison.Ordinal); at >= 0; at = body.IndexOf(Token, StringComparison.Ordinal))
        {
            body = body.Remove(at, body.IndexOf('>', at) - at);
        }

        var asked = body.Replace($"\"{path.Split('?')[0]}\"", "", StringComparison.Ordinal).Replace($"\"caseId\":{of.CaseId},", "", StringComparison.Ordinal);
        return (response.StatusCode, asked);
    }

    private static string Filled(string text, Filed f) => text
        .Replace("{0}", Number(f.CaseId), StringComparison.Ordinal).Replace("{1}", Number(f.Visit), StringComparison.Ordinal)
        .Replace("{2}", f.FileId, StringComparison.Ordinal).Replace("{3}", f.Workbook.ToString(), StringComparison.Ordinal);

    private static string UnitCode(Filed f) => f.Name switch { "school" => "101001,", "health" => "102,", _ => "103," };

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
