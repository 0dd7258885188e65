using PerfFlow.Engine;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;
using PerfFlow.Tests.App;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Notices;

/// <summary>The bureau at work on notices in the small county: on Monday 2023-10-09, 10:00 in China.</summary>
internal sealed class NoticeOffice : IAsyncDisposable
{
    public static readonly DateTimeOffset Monday = new(2023, 10, 9, 2, 0, 0, TimeSpan.Zero);

    private int commands;

    private NoticeOffice(PerfFlowApp app, SmallCounty county) => (App, County) = (app, county);

    public PerfFlowApp App { get; }

    public SmallCounty County { get; }

    public static async Task<NoticeOffice> OpenAsync(PostgresServer postgres, IReadOnlyDictionary<string, string?>? extra = null, string? broker = null)
    {
        var app = await PerfFlowApp.StartAsync(postgres, extra, broker, Monday);
        return new NoticeOffice(app, await SmallCounty.CreateAsync(app));
    }

    /// <summary>A fresh command id; the same run gives the same ones.</summary>
    public Guid Command() => CommandId.Of($"test {Interlocked.Increment(ref commands)}");

    public static NoticeDraft Draft => new()
    {
        Title = "关于编报2024年部门预算项目支出绩效目标的通知",
        Grounds = "根据县级预算绩效管理有关规定。",
        Matters = "请各单位编报绩效目标。",
        Demands = "按期报送。",
        FiscalYear = 2024,
        DueOn = new DateOnly(2023, 10, 20),
        Contact = "林某某 0578-0000000",
        Recipients = new RecipientChoice { Groups = ["all"] },
    };

    public async Task<long> CreateAsync(NoticeDraft? draft = null) =>
        (await App.Get<CreateNotice>().RunAsync(await County.AsAsync("performance"), draft ?? Draft, Command(), Ct)).Value;

    public async Task<long> SignedAsync(NoticeDraft? draft = null)
    {
        var id = await CreateAsync(draft);
        Done(await App.Get<SubmitNotice>().RunAsync(await County.AsAsync("performance"), id, 1, "请审签。", Command(), Ct));
        Done(await App.Get<SignNotice>().RunAsync(await County.AsAsync("leader"), id, 1, "同意。", Command(), Ct));
        return id;
    }

    public async Task<long> IssuedAsync(NoticeDraft? draft = null)
    {
        var id = await SignedAsync(draft);
        Done(await App.Get<IssueNotice>().RunAsync(await County.AsAsync("performance"), id, Command(), Ct));
        return id;
    }

    public async Task<NoticeStateRow> StateAsync(long id)
    {
        await using var db = App.Db();
        return db.NoticeStates.Single(s => s.NoticeId == id);
    }

    public async Task<IReadOnlyList<CaseStateRow>> CasesAsync(long id)
    {
        await using var db = App.Db();
        return [.. db.CaseStates.Where(c => c.NoticeId == id).OrderBy(c => c.UnitId)];
    }

    /// <summary>The holder of a case's open visit decides, as a use case of the step would ask the runner.</summary>
    public async Task DecideAsync(CaseStateRow about, string outcome, params (string, object?)[] facts)
    {
        var answer = await App.Get<WorkflowRunner>().RunAsync(
            new CaseCommand
            {
                Id = Command(),
                CaseId = about.CaseId,
                Act = new Act.Complete(about.Visit!.Value, Facts.Of([("outcome", outcome), .. facts])),
                Actor = new Actor(1, about.Role!, about.OrganisationId!.Value),
            },
            Ct);
        Done(answer);
    }

    public static void Done<T>(Outcome<T> outcome) => Assert.True(outcome.Ok, $"Refused: {outcome.Refusal?.Code} {string.Join(' ', outcome.Refusal?.Args ?? [])}");

    public static void Refused<T>(string code, Outcome<T> outcome) => Assert.Equal(code, outcome.Refusal?.Code);

    public ValueTask DisposeAsync() => App.DisposeAsync();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;
}
