using Microsoft.EntityFrameworkCore;
using PerfFlow.Engine;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Projects;
using PerfFlow.Platform.Reviews;
using PerfFlow.Platform.Submissions;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;
using PerfFlow.Tests.App;
using PerfFlow.Tests.Identity;
using PerfFlow.Tests.Notices;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Appraisals;

/// <summary>One case of an evaluation or spot check in the small county, worked through the use cases that the pages call.</summary>
internal sealed class AppraisalDesk : IAsyncDisposable
{
    private AppraisalDesk(NoticeOffice office, long caseId) => (Office, CaseId) = (office, caseId);

    public NoticeOffice Office { get; }

    public long CaseId { get; }

    public PerfFlowApp App => Office.App;

    public SmallCounty County => Office.County;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>A case of the definition about the school's project, due in ten days.</summary>
    public static async Task<AppraisalDesk> OpenAsync(PostgresServer postgres, string definition)
    {
        var office = await NoticeOffice.OpenAsync(postgres);
        var notice = await office.IssuedAsync();
        var goals = (await office.CasesAsync(notice)).Single(c => c.UnitId == office.County.School.Id);
        return new AppraisalDesk(office, await StartAsync(office, definition, goals.CaseId, office.County.SchoolProject));
    }

    public static async Task<long> StartAsync(NoticeOffice office, string definition, long origin, Project project)
    {
        var runner = office.App.Get<WorkflowRunner>();
        var id = (await runner.NewCaseIdsAsync(1, Ct))[0];
        NoticeOffice.Done(await runner.RunAsync(
            new CaseCommand
            {
                Id = office.Command(),
                CaseId = id,
                Act = new Act.Start(Facts.Of(("due", NoticeOffice.Monday.AddDays(10)))),
                Actor = new Actor(office.County.IdOf("performance"), "FIN_PERF", office.County.Bureau.Id),
                Seed = new CaseSeed
                {
                    DefinitionId = definition, RegionId = office.County.RegionId, OriginId = origin, UnitId = project.UnitId, DepartmentId = project.DepartmentId,
                    SectionId = project.SectionId, ObjectId = project.Id,
                },
            },
            Ct));
        return id;
    }

    public async Task<FilingCase> SeenByAsync(string person) => (await App.Get<FilingCases>().FindAsync(await County.AsAsync(person), CaseId, Ct)).Value;

    public async Task<CaseStateRow> StateAsync()
    {
        await using var db = App.Db();
        return await db.CaseStates.AsNoTracking().SingleAsync(s => s.CaseId == CaseId, Ct);
    }

    /// <summary>What the page would keep of a typed form.</summary>
    public async Task<FormContent> SaveAsync(string person, Func<FormContent, FormContent> type, params string[] files)
    {
        var filing = await SeenByAsync(person);
        var typed = type(filing.Form) with { Attachments = [.. files.Select((kind, i) => new FormAttachment(kind, $"00000000-0000-0000-0000-00000000000{i + 1}", "材料.pdf", new string('a', 64)))] };
        var form = filing.Kind.Settle(Signed(typed), filing.Prefilled, filing);
        NoticeOffice.Done(await App.Get<SaveDraft>().RunAsync(await County.AsAsync(person), new DraftToSave(CaseId, filing.Task!.Visit, filing.Draft?.Version ?? 0, form, filing.DraftAnswers), Ct));
        return form;
    }

    public async Task<Outcome<CaseAnswer>> SubmitAsync(string person)
    {
        var filing = await SeenByAsync(person);
        return await App.Get<SubmitFiling>().RunAsync(await County.AsAsync(person), new Submission(CaseId, filing.Task!.Visit, filing.Draft?.Version ?? 0, Office.Command()), Ct);
    }

    /// <summary>Codes of what stands in the way of the saved draft.</summary>
    public async Task<IReadOnlyList<string>> FoundAsync(string person)
    {
        var filing = await SeenByAsync(person);
        return [.. (await App.Get<FilingChecker>().RunAsync(filing, filing.Form, Ct)).Findings.Select(f => f.Code).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    public async Task FileAsync(string person, Func<FormContent, FormContent> type, params string[] files)
    {
        await SaveAsync(person, type, files);
        var filing = await SeenByAsync(person);
        var report = await App.Get<FilingChecker>().RunAsync(filing, filing.Form, Ct);
        Assert.True(report.CanSubmit, string.Join("; ", report.Findings.Select(f => $"{f.Code} {f.Place}")));
        NoticeOffice.Done(await SubmitAsync(person));
    }

    public async Task<Outcome<CaseAnswer>> DecideAsync(string person, string outcome)
    {
        var about = await StateAsync();
        var back = outcome.StartsWith("Return", StringComparison.Ordinal);
        return await App.Get<DecideReview>().RunAsync(
            await County.AsAsync(person),
            new ReviewDecision
            {
                CaseId = CaseId, Visit = about.Visit ?? 0, CommandId = Office.Command(), Outcome = outcome, Text = back ? "材料不足以支持得分，请补充后重新报送。" : "",
                Reasons = back ? ["TH02"] : [], Due = back ? new DateOnly(2023, 10, 18) : null,
            },
            Ct);
    }

    public async Task DecidedAsync(string person, string outcome) => NoticeOffice.Done(await DecideAsync(person, outcome));

    /// <summary>Days pass, and what is due happens.</summary>
    public async Task PassAsync(int days)
    {
        App.Time.Advance(TimeSpan.FromDays(days));
        await App.Get<TimerPump>().FireDueAsync(Ct);
    }

    public async Task<Visitor> SignedInAsync(string person) => await new Visitor(App.Address).SignedInAsync(County.UserNameOf(person), County.PasswordOf(person));

    public ValueTask DisposeAsync() => Office.DisposeAsync();

    private static FormContent Signed(FormContent form) => (form.Layout.Field("head") is null ? form : form.With("head", "王某某").With("phone", "0578-0000000")).With("filler", "陈某某").With("filedOn", "2023-10-10");
}
