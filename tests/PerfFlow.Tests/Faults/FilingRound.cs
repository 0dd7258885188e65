using System.Collections.Concurrent;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Submissions;
using PerfFlow.Platform.Workflows;
using PerfFlow.Tests.Servers;
using PerfFlow.Tests.Submissions;
using Xunit;

namespace PerfFlow.Tests.Faults;

/// <summary>
/// A round of filings through the public doors: a notice goes out, units file by form or by workbook, departments and
/// sections approve or return, units mend and file again. What is done follows from the county alone and its order from the
/// seed, so that two rounds differ in their ids and instants only.
/// </summary>
internal sealed class FilingRound : IDisposable
{
    private readonly FaultCounty county;
    private readonly Plug plug;
    private readonly FilingUnit[] order;
    private readonly Dictionary<string, PatientClient> people = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<Guid> acted = [];
    private readonly ConcurrentBag<Guid> refused = [];

    /// <param name="addresses">Of the nodes; people are spread over them, whoever issues the notice is at the first.</param>
    public FilingRound(IReadOnlyList<Uri> addresses, FaultCounty county, Plug plug, int seed)
    {
        (this.county, this.plug) = (county, plug);
        var n = 0;
        foreach (var person in county.Units.SelectMany(u => new[] { u.Clerk, u.Department, u.Section }).Prepend(county.Leader).Prepend(county.Performance).Distinct())
        {
            people[person.UserName] = new PatientClient(addresses[n++ < 2 ? 0 : n % addresses.Count], person, plug);
        }

        order = [.. county.Units];
        // The draw must be repeatable from the seed; it guards nothing.
#pragma warning disable CA5394
        new Random(seed).Shuffle(order);
#pragma warning restore CA5394
    }

    /// <summary>The command ids of single acts on cases that the server has answered with success.</summary>
    public IReadOnlyCollection<Guid> Acted => acted;

    /// <summary>The command ids of acts that came too late and were refused.</summary>
    public IReadOnlyCollection<Guid> Refused => refused;

    public Task SignInAsync() => Task.WhenAll(people.Values.Select(p => p.SignInAsync()));

    /// <summary>The notice is written, signed and issued; gives its id.</summary>
    public async Task<long> IssueAsync()
    {
        var (author, leader) = (As(county.Performance), As(county.Leader));
        var created = await author.ActAsync("/api/notices", Key("notice"), Draft);
        var id = created.GetProperty("id").GetInt64();
        await author.ActAsync($"/api/notices/{id}/submit", Key("submit notice"), new { version = 1, text = "请审签。" });
        await leader.ActAsync($"/api/notices/{id}/sign", Key("sign notice"), new { version = 1, text = "同意。" });
        await author.ActAsync($"/api/notices/{id}/issue", Key("issue notice"), new { });
        return id;
    }

    /// <summary>All units file and all reviewers decide, several at a time.</summary>
    public Task FileAndReviewAsync(long notice) => Parallel.ForEachAsync(
        order.Select((unit, at) => (unit, at)), new ParallelOptions { MaxDegreeOfParallelism = 10, CancellationToken = Ct }, async (u, _) => await RunUnitAsync(notice, u.unit, u.at));

    public void Dispose()
    {
        foreach (var person in people.Values)
        {
            person.Dispose();
        }
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static NoticeDraft Draft => new()
    {
        Title = "关于编报2024年部门预算项目支出绩效目标的通知",
        Grounds = "根据县级预算绩效管理有关规定。",
        Matters = "请各单位编报绩效目标。",
        Demands = "按期报送。",
        FiscalYear = 2024,
        DueOn = FaultCounty.Due,
        Contact = "林某某 0578-0000000",
        Recipients = new RecipientChoice { Groups = ["all"] },
    };

    private PatientClient As(Person person) => people[person.UserName];

    private static Guid Key(string what) => CommandId.Of($"round {what}");

    private async Task RunUnitAsync(long notice, FilingUnit unit, int at)
    {
        var n = county.Units.Index().First(u => u.Item == unit).Index;
        var clerk = As(unit.Clerk);
        var filings = (await clerk.ReadAsync("/api/filings?tab=todo")).EnumerateArray().Select(f => (Id: f.GetProperty("id").GetInt64(), Project: f.GetProperty("project").GetString()!))
            .OrderBy(f => f.Project, StringComparer.Ordinal).ToList();
        Assert.Equal(unit.Projects.Count, filings.Count);
        var versions = new int[filings.Count];
        for (var i = 0; i < filings.Count; i++)
        {
            versions[i] = await KeepAsync(clerk, filings[i].Id, filings[i].Project, visit: 1, round: 1);
        }

        // Every other unit sends what it has typed back as a workbook, of which each draft is made anew.
        var byWorkbook = n % 2 == 0;
        if (byWorkbook)
        {
            await SendWorkbookAsync(clerk, notice, unit);
        }

        for (var i = 0; i < filings.Count; i++)
        {
            await plug.KeepPaceAsync((at + (double)i / filings.Count) / order.Length);
            await RunCaseAsync(unit, filings[i].Id, filings[i].Project, versions[i] + (byWorkbook ? 1 : 0), (n * unit.Projects.Count + i) % 10);
        }
    }

    private static async Task<int> KeepAsync(PatientClient clerk, long filing, string project, int visit, int round)
    {
        var form = SampleFiling.Form with { AnnualGoal = SampleFiling.Form.AnnualGoal + $"第{round}次报送。", Content = SampleFiling.Form.Content + OfItsOwn(project) };
        var fields = GoalFilingText.ToFields(form).ToDictionary(f => f.Key, f => f.Value, StringComparer.Ordinal);
        return (await clerk.PutAsync($"/api/filings/{filing}/draft", new { visit, version = 0, fields })).GetProperty("version").GetInt32();
    }

    /// <summary>Characters enough that no filing passes for a copy of another.</summary>
    private static string OfItsOwn(string project) => string.Concat(Enumerable.Range(0, 25).SelectMany(n => CommandId.Of($"{project} {n}").ToByteArray()).Select(b => (char)('一' + b * 16)));

    private async Task SendWorkbookAsync(PatientClient clerk, long notice, FilingUnit unit)
    {
        var workbook = await clerk.ReadBytesAsync($"/api/notices/{notice}/workbooks/prefilled");
        var id = Key($"workbook {unit.Code}");
        await clerk.SendFileAsync($"/api/notices/{notice}/workbooks?name=goals.xlsx", id, workbook);
        var began = System.Diagnostics.Stopwatch.GetTimestamp();
        while (true)
        {
            var state = (await clerk.ReadAsync($"/api/workbooks/{id}")).GetProperty("state").GetString();
            if (state == SentDocumentState.Taken)
            {
                return;
            }

            Assert.True(state == SentDocumentState.Sent && plug.MayStillBeDown(began), $"The workbook of {unit.Code} is {state}");
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, Ct);
        }
    }

    /// <summary>What happens to a filing, by its number; each act opens the next visit.</summary>
    private async Task RunCaseAsync(FilingUnit unit, long filing, string project, int version, int number)
    {
        var (clerk, visit) = (As(unit.Clerk), 1);
        await SubmitAsync(version);
        if (number == 1)
        {
            await ReturnAsync(unit.Department, "Return");
            await MendAsync();
        }

        await ApproveAsync(unit.Department);
        switch (number)
        {
            case 2:
                await ReturnAsync(unit.Section, "Return");
                await MendAsync();
                await ApproveAsync(unit.Department);
                break;
            case 3:
                await ReturnAsync(unit.Section, "ReturnToDepartment");
                await ApproveAsync(unit.Department);
                break;
        }

        // A tenth is left where it is: the inbox of the section is not empty at the end.
        if (number != 4)
        {
            await ApproveAsync(unit.Section);
        }

        var state = (await clerk.ReadAsync($"/api/filings/{filing}")).GetProperty("state").GetString();
        Assert.Equal(number == 4 ? CaseStates.Section : CaseStates.Approved, state);

        async Task SubmitAsync(int of)
        {
            await ActAsync(clerk, $"/api/filings/{filing}/submit", $"{project} {visit} submit", new { visit, version = of });
            visit++;
        }

        async Task MendAsync() => await SubmitAsync(await KeepAsync(clerk, filing, project, visit, round: 2));

        async Task ApproveAsync(Person reviewer)
        {
            await ActAsync(As(reviewer), $"/api/reviews/{filing}/approve", $"{project} {visit} approve", new { visit, opinion = "同意。", rating = 1 });
            visit++;
        }

        async Task ReturnAsync(Person reviewer, string target)
        {
            var said = new { visit, reasons = new[] { "TH03" }, text = "目标未细化，请修改后重新报送。", target, due = "2023-10-25" };
            await ActAsync(As(reviewer), $"/api/reviews/{filing}/return", $"{project} {visit} return", said);
            // From another window, where the page still shows the step as open.
            var late = Key($"{project} {visit} return late");
            await As(reviewer).RefusedAsync($"/api/reviews/{filing}/return", late, said);
            refused.Add(late);
            visit++;
        }
    }

    private async Task ActAsync(PatientClient client, string path, string key, object body)
    {
        var id = Key(key);
        await client.ActAsync(path, id, body);
        acted.Add(id);
    }
}
