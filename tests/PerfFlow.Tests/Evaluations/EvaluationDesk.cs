using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Projects;
using PerfFlow.Platform.Reviews;
using PerfFlow.Platform.Submissions;
using PerfFlow.Platform.Workflows;
using PerfFlow.Tests.Identity;
using PerfFlow.Tests.Notices;
using PerfFlow.Tests.Reviews;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Evaluations;

/// <summary>The small county later in the year: a notice asks for monitoring or self-evaluation of the school's project.</summary>
internal sealed class EvaluationDesk : IAsyncDisposable
{
    private readonly List<Visitor> visitors = [];

    private EvaluationDesk(ReviewOffice reviews) => Reviews = reviews;

    public ReviewOffice Reviews { get; }

    public NoticeOffice Office => Reviews.Office;

    public Project Project => Office.County.SchoolProject;

    /// <summary>The newest case.</summary>
    public long CaseId { get; private set; }

    public long NoticeId { get; private set; }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <param name="postgres">The server.</param>
    /// <param name="goals">Whether the project's goals were filed and approved on the platform.</param>
    public static async Task<EvaluationDesk> OpenAsync(PostgresServer postgres, bool goals = true)
    {
        var desk = new EvaluationDesk(await ReviewOffice.OpenAsync(postgres));
        if (goals)
        {
            await desk.Reviews.FileAsync("school", desk.Project);
            await desk.Reviews.DecideAsync("education", desk.Project, "Approve");
            await desk.Reviews.DecideAsync("culture", desk.Project, "Approve");
        }

        return desk;
    }

    /// <summary>A notice of a kind goes to the one project.</summary>
    public async Task IssueAsync(string opens, bool key = false, Project? project = null)
    {
        var asked = project ?? Project;
        NoticeId = await Office.IssuedAsync(NoticeOffice.Draft with
        {
            Opens = opens,
            Recipients = new RecipientChoice { Projects = [asked.Code], Key = key ? [asked.Code] : [] },
        });
        CaseId = Assert.Single(await Office.CasesAsync(NoticeId)).CaseId;
    }

    /// <summary>What the treasury paid, as the library's import would write it.</summary>
    public async Task PaidAsync(decimal paid)
    {
        await using var db = Office.App.Db();
        await db.Projects.Where(p => p.Id == Project.Id).ExecuteUpdateAsync(set => set.SetProperty(p => p.Paid, paid).SetProperty(p => p.PaidAsOf, new DateOnly(2024, 12, 31)), Ct);
    }

    public async Task<CaseStateRow> StateAsync()
    {
        await using var db = Office.App.Db();
        return await db.CaseStates.AsNoTracking().SingleAsync(s => s.CaseId == CaseId, Ct);
    }

    public async Task<FilingCase> FilingAsync(string person = "school") => (await Office.App.Get<FilingCases>().FindAsync(await Office.County.AsAsync(person), CaseId, Ct)).Value;

    /// <summary>What the checks say of a form as it would be kept.</summary>
    public async Task<CheckReport> CheckAsync(FormContent form)
    {
        var filing = await FilingAsync();
        return await Office.App.Get<FilingChecker>().RunAsync(filing, filing.Kind.Settle(form, filing.Prefilled, filing), Ct);
    }

    /// <summary>The school's clerk saves pairs over what stands there, explains every warning, answers every comment and submits.</summary>
    public async Task<RoundRow> FileAsync(params (string Path, string Text)[] fields) => await FileAsync("school", fields);

    public async Task<RoundRow> FileAsync(string person, params (string Path, string Text)[] fields)
    {
        var viewer = await Office.County.AsAsync(person);
        var filing = await FilingAsync(person);
        var post = new FilingPost(
            filing.Task!.Visit,
            filing.Draft?.Version ?? 0,
            [.. Over(filing.Form, fields).Pairs(), .. (await ExplainAsync(filing, fields)).Select(e => new KeyValuePair<string, string>($"explanations[{e}]", "已与归口科室核实。"))],
            filing.OpenComments.ToDictionary(c => c.Number, _ => new AnswerDraft("changed", "")));
        var saved = await Office.App.Get<KeepFiling>().RunAsync(viewer, CaseId, post, Ct);
        NoticeOffice.Done(saved);
        NoticeOffice.Done(await Office.App.Get<SubmitFiling>().RunAsync(viewer, new Submission(CaseId, filing.Task.Visit, saved.Value.Version, Office.Command()), Ct));
        await using var db = Office.App.Db();
        return await db.Rounds.AsNoTracking().Where(r => r.CaseId == CaseId).OrderByDescending(r => r.Round).FirstAsync(Ct);
    }

    /// <summary>The school's clerk saves pairs over what stands there, and no more.</summary>
    public async Task KeepAsync(params (string Path, string Text)[] fields)
    {
        var filing = await FilingAsync();
        var post = new FilingPost(filing.Task!.Visit, filing.Draft?.Version ?? 0, [.. Over(filing.Form, fields).Pairs()], new Dictionary<int, AnswerDraft>());
        NoticeOffice.Done(await Office.App.Get<KeepFiling>().RunAsync(await Office.County.AsAsync("school"), CaseId, post, Ct));
    }

    public static FormContent Over(FormContent form, params IReadOnlyList<(string Path, string Text)> fields)
    {
        var pairs = form.Pairs().ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal);
        foreach (var (path, text) in fields)
        {
            pairs[path] = text;
        }

        return FormContent.Of(form.Layout, pairs) with { Attachments = form.Attachments };
    }

    public async Task DecideAsync(string person, string outcome, params CommentDraft[] comments)
    {
        var state = await StateAsync();
        var returns = outcome.StartsWith("Return", StringComparison.Ordinal);
        NoticeOffice.Done(await Office.App.Get<DecideReview>().RunAsync(
            await Office.County.AsAsync(person),
            new ReviewDecision
            {
                CaseId = CaseId, Visit = state.Visit!.Value, CommandId = Office.Command(), Outcome = outcome, Text = "请对照核查情况逐条说明，按要求办理。",
                Reasons = returns ? ["TH02"] : [], Due = returns ? new DateOnly(2023, 10, 18) : null, Comments = comments,
            },
            Ct));
    }

    public async Task<Visitor> AsAsync(string person)
    {
        var visitor = new Visitor(Office.App.Address);
        visitors.Add(visitor);
        return await visitor.SignedInAsync(Office.County.UserNameOf(person), Office.County.PasswordOf(person));
    }

    public async ValueTask DisposeAsync()
    {
        visitors.ForEach(v => v.Dispose());
        await Reviews.DisposeAsync();
    }

    private async Task<IEnumerable<string>> ExplainAsync(FilingCase filing, (string Path, string Text)[] fields)
    {
        var form = filing.Kind.Settle(Over(filing.Form, fields), filing.Prefilled, filing);
        var report = await Office.App.Get<FilingChecker>().RunAsync(filing, form, Ct);
        Assert.Empty(report.Errors.Select(e => $"{e.Code} {e.Place} {string.Join(' ', e.Args)}"));
        return report.Unexplained.Select(f => f.Key);
    }
}
