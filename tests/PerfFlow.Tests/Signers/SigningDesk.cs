using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using PerfFlow.Engine;
using PerfFlow.Platform.Definitions;
using PerfFlow.Platform.Identity;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Pictures;
using PerfFlow.Platform.Projects;
using PerfFlow.Platform.Signers;
using PerfFlow.Platform.Workflows;
using PerfFlow.Tests.Definitions;
using PerfFlow.Tests.Identity;
using PerfFlow.Tests.Notices;
using PerfFlow.Tests.Reviews;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Signers;

/// <summary>
/// The small county with three people in 教科文股, whose administrator publishes goal filings that several of them decide. No shipped
/// definition has such a step, as no text of the counties asks for one; whoever publishes one has it.
/// </summary>
public sealed class SigningDesk(PostgresServer postgres) : IAsyncLifetime
{
    private readonly Dictionary<string, Visitor> visitors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, MadeAccount> colleagues = new(StringComparer.Ordinal);
    private int version = 1;
    private int projects;

    internal ReviewOffice Office { get; private set; } = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Office = await ReviewOffice.OpenAsync(postgres);
        await using var scope = Office.App.Scope();
        foreach (var (key, name) in new[] { ("second", "郑某某"), ("third", "冯某某") })
        {
            var made = await scope.ServiceProvider.GetRequiredService<CreateAccount>().RunAsync(null, new NewAccount(Office.County.RegionId, key, name, Demo: true), Ct);
            NoticeOffice.Done(await scope.ServiceProvider.GetRequiredService<GrantRole>()
                .RunAsync(null, Office.County.RegionId, new RoleInput(made.Value.UserId, Office.County.CultureSection.Id, Roles.Section, new DateOnly(2020, 1, 1)), Ct));
            colleagues[key] = made.Value;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var visitor in visitors.Values)
        {
            visitor.Dispose();
        }

        await Office.DisposeAsync();
    }

    /// <summary>A new version of goal-filing whose review by the section is decided by several, published as the administrator does.</summary>
    /// <param name="rule">Its <c>participants</c>.</param>
    /// <param name="signers">Who, and what each weighs.</param>
    internal async Task PublishAsync(string rule, params (string Person, int Weight)[] signers)
    {
        var list = new JsonArray([.. signers.Select(s => new JsonObject { ["holder"] = IdOf(s.Person).ToString(CultureInfo.InvariantCulture), ["weight"] = s.Weight })]);
        var file = DefinitionDesk.Edited("goal-filing", ++version, node =>
        {
            DefinitionDesk.SetPayload(node, "sectionReview", payload => $$"""{{payload[..^1]}}, "participants": {{rule}}}""");
            node["variables"]!.AsArray().Add(new JsonObject
            {
                ["id"] = "var-signers", ["name"] = "signers", ["typeName"] = "Object", ["isArray"] = false, ["value"] = list.ToJsonString(),
                ["storageDriverTypeName"] = "Elsa.Workflows.WorkflowInstanceStorageDriver, Elsa.Workflows.Core",
            });
        });
        NoticeOffice.Done(await Office.App.Get<PublishDefinition>().RunAsync(await Office.County.AsAsync("admin"), file, null, "科室会签申报目标，先行试用。", Ct));
    }

    /// <summary>A new project of the health bureau, asked for by a new notice and filed: its case waits at the section.</summary>
    internal async Task<SignedCase> FiledAsync()
    {
        var county = Office.County;
        var project = new Project
        {
            RegionId = county.RegionId, FiscalYear = 2024, Code = $"33112124T0000000001{++projects:00}", Name = "妇幼健康服务", UnitId = county.Health.Id, DepartmentId = county.Health.Id,
            SectionId = county.CultureSection.Id, Kind = ProjectKinds.Specific, FundKind = FundKinds.General, Initial = 120m, Adjusted = 120m, ChangedAt = Office.App.Time.GetUtcNow(), Demo = true,
        };
        await using (var db = Office.App.Db())
        {
            db.Projects.Add(project);
            await db.SaveChangesAsync(Ct);
        }

        var notice = await Office.Office.IssuedAsync(NoticeOffice.Draft with { Recipients = new RecipientChoice { Units = [county.Health.Id] } });
        var about = (await Office.Office.CasesAsync(notice)).Single(c => c.ObjectId == project.Id);
        await Office.FileAsync("health", about, ReviewingAFiling.Smaller);
        return new SignedCase(this, notice, about.CaseId);
    }

    internal long IdOf(string person) => colleagues.TryGetValue(person, out var made) ? made.UserId : Office.County.IdOf(person);

    internal async Task<Visitor> AsAsync(string person)
    {
        if (!visitors.TryGetValue(person, out var visitor))
        {
            visitors[person] = visitor = colleagues.TryGetValue(person, out var made)
                ? await new Visitor(Office.App.Address).SignedInAsync(made.UserName, made.StartPassword)
                : await Office.SignedInAsync(person);
        }

        return visitor;
    }
}

/// <summary>One case at a step that several decide, acted on through HTTP.</summary>
internal sealed class SignedCase(SigningDesk desk, long notice, long caseId)
{
    public const string Why = "请业务上一并把关。";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public long CaseId => caseId;

    public async Task<CaseStateRow> StateAsync() => (await desk.Office.Office.CasesAsync(notice)).Single(c => c.CaseId == caseId);

    /// <summary>The unit answers a return.</summary>
    public async Task FileAgainAsync() => await desk.Office.FileAsync("health", await StateAsync(), ReviewingAFiling.Smaller);

    /// <summary>Who has an open task of the case in their inbox.</summary>
    public async Task<string> WaitsForAsync(params string[] people)
    {
        var has = new List<string>();
        foreach (var person in people)
        {
            var tasks = (await (await desk.AsAsync(person)).Http.GetFromJsonAsync<JsonElement>("/api/tasks", Ct)).GetProperty("tasks");
            if (tasks.EnumerateArray().Any(task => task.GetProperty("caseId").GetInt64() == caseId))
            {
                has.Add(person);
            }
        }

        return string.Join(' ', has);
    }

    /// <summary>The open visit of a person's seat, or of the step where nobody is named.</summary>
    public async Task<int> VisitAsync(string person)
    {
        await using var db = desk.Office.App.Db();
        var id = desk.IdOf(person);
        return await db.Tasks.AsNoTracking().Where(t => t.CaseId == caseId && (t.PersonId == null || t.PersonId == id)).Select(t => t.Visit).SingleAsync(Ct);
    }

    /// <summary>The seats of the newest stay, in order: 周某某 Approved …</summary>
    public async Task<List<string>> SeatsAsync(string reader = "culture")
    {
        var lines = (await SignersAsync(reader)).GetProperty("signers").EnumerateArray().ToList();
        return [.. lines.Where(l => l.GetProperty("step").GetInt32() == lines[0].GetProperty("step").GetInt32())
            .Select(l => $"{l.GetProperty("name").GetString()} {l.GetProperty("state").GetString()}")];
    }

    public async Task<JsonElement> SignersAsync(string person) => await (await desk.AsAsync(person)).Http.GetFromJsonAsync<JsonElement>($"/api/cases/{caseId}/signers", Ct);

    /// <summary>Number of a person's seat and the stay, as 减签 names them.</summary>
    public async Task<(int Step, int Number)> SeatOfAsync(string name)
    {
        var line = (await SignersAsync("culture")).GetProperty("signers").EnumerateArray().First(l => l.GetProperty("name").GetString() == name);
        return (line.GetProperty("step").GetInt32(), line.GetProperty("number").GetInt32());
    }

    public async Task ApproveAsync(string person, string opinion = "同意。") => await DoneAsync(person, $"/api/reviews/{caseId}/approve", new { visit = await VisitAsync(person), opinion });

    public async Task ReturnAsync(string person) => await DoneAsync(
        person, $"/api/reviews/{caseId}/return", new { visit = await VisitAsync(person), reasons = new[] { "TH02" }, text = "请补充项目依据和测算过程。", target = "Return", due = "2023-10-18" });

    public async Task DoneAsync(string person, string address, object body)
    {
        using var answer = await PostAsync(person, address, body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Ct));
    }

    public async Task<string?> RefusedAsync(string person, string address, object body)
    {
        using var answer = await PostAsync(person, address, body);
        Assert.False(answer.IsSuccessStatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("code").GetString();
    }

    /// <summary>What the trail says, line by line: 教科文股 通过 周某某.</summary>
    public async Task<string> TrailAsync()
    {
        var page = await (await desk.AsAsync("culture")).PageAsync($"/reviews/{caseId}?tab=trail");
        return string.Join('\n', page.QuerySelectorAll("tbody tr").Where(r => r.QuerySelector("[data-label=意见或理由]") is not null)
            .Select(r => string.Join(' ', r.QuerySelectorAll("td").Skip(2).Take(2).Select(td => td.TextContent.Trim()))));
    }

    /// <summary>What the explanation of the task says of the others at the step.</summary>
    public async Task<string> ExplainedAsync(string person) =>
        string.Join('\n', (await (await desk.AsAsync(person)).PageAsync($"/cases/{caseId}/explain")).QuerySelectorAll("[data-seat=Name] li").Select(li => string.Join(' ', li.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))));

    /// <summary>审批单 on paper: order, who, how and what, row by row.</summary>
    public async Task<List<string>> PaperAsync() =>
        [.. (await (await desk.AsAsync("culture")).PageAsync($"/filings/{caseId}/print")).QuerySelectorAll(".sheet-of-signers tbody tr")
            .Select(r => string.Join('|', r.QuerySelectorAll("td").Skip(1).Take(4).Select(td => td.ChildNodes[0].TextContent.Trim() + (td.QuerySelector("b ~ div") is { } said ? $" {said.TextContent}" : ""))))];

    /// <summary>The section's review in the picture: its state, and how often the case was there.</summary>
    public async Task<(StepState State, int Times)> PictureAsync()
    {
        var picture = await (await desk.AsAsync("culture")).Http.GetFromJsonAsync<JsonElement>($"/api/cases/{caseId}/picture", Ct);
        var step = picture.GetProperty("steps").EnumerateArray().Single(s => s.GetProperty("id").GetString() == "sectionReview");
        return (Enum.Parse<StepState>(step.GetProperty("state").GetString()!), step.GetProperty("times").GetInt32());
    }

    /// <summary>What the person's bell holds of the case, once it has arrived: kind and whether the task is over.</summary>
    public async Task<List<string>> BellAsync(string person, int over, int open = 0)
    {
        List<string> told = [];
        await Waiting.UntilAsync(
            async () =>
            {
                var list = await (await desk.AsAsync(person)).Http.GetFromJsonAsync<JsonElement>("/api/notifications", Ct);
                told = [.. list.GetProperty("unread").EnumerateArray().Concat(list.GetProperty("rest").EnumerateArray())
                    .Where(i => i.GetProperty("caseId").ValueKind == JsonValueKind.Number && i.GetProperty("caseId").GetInt64() == caseId)
                    .Select(i => $"{i.GetProperty("kind").GetString()}{(i.GetProperty("closed").GetBoolean() ? " over" : "")}").Order(StringComparer.Ordinal)];
                return told.Count == over + open && told.Count(t => t.EndsWith("over", StringComparison.Ordinal)) == over;
            },
            () => $"{person} has {string.Join(", ", told)}, and is to have {over} that are over and {open} open");
        return told;
    }

    private async Task<HttpResponseMessage> PostAsync(string person, string address, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = JsonContent.Create(body), Headers = { { "Idempotency-Key", desk.Office.Office.Command().ToString() } } };
        return await (await desk.AsAsync(person)).Http.SendAsync(request, Ct);
    }
}
