using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Projects;
using PerfFlow.Platform.Reviews;
using PerfFlow.Platform.Submissions;
using PerfFlow.Tests.App;
using PerfFlow.Tests.Identity;
using PerfFlow.Tests.Notices;
using PerfFlow.Tests.Servers;
using PerfFlow.Tests.Submissions;
using Xunit;

namespace PerfFlow.Tests.Reviews;

/// <summary>The small county after the notice was issued: units file, reviewers decide.</summary>
internal sealed class ReviewOffice : IAsyncDisposable
{
    private ReviewOffice(NoticeOffice office, long notice) => (Office, Notice) = (office, notice);

    public NoticeOffice Office { get; }

    public long Notice { get; }

    public PerfFlowApp App => Office.App;

    public SmallCounty County => Office.County;

    public static async Task<ReviewOffice> OpenAsync(PostgresServer postgres, IReadOnlyDictionary<string, string?>? extra = null)
    {
        var office = await NoticeOffice.OpenAsync(postgres, extra);
        return new ReviewOffice(office, await office.IssuedAsync());
    }

    /// <summary>The case of a project.</summary>
    public async Task<CaseStateRow> CaseAsync(Project project) => (await Office.CasesAsync(Notice)).Single(c => c.ObjectId == project.Id);

    /// <summary>A person of a unit files, answering every open comment with 已修改.</summary>
    public async Task FileAsync(string person, Project project, Func<GoalFilingForm, GoalFilingForm>? change = null, string answer = "changed") =>
        await FileAsync(person, await CaseAsync(project), change, answer);

    /// <summary>The same for a case of whatever notice.</summary>
    public async Task FileAsync(string person, CaseStateRow about, Func<GoalFilingForm, GoalFilingForm>? change = null, string answer = "changed")
    {
        var viewer = await County.AsAsync(person);
        var filing = (await App.Get<FilingCases>().FindAsync(viewer, about.CaseId, Ct)).Value;
        var known = GoalFiling.Read(filing.Prefilled);
        var form = SampleFiling.Form with
        {
            ProjectCode = known.ProjectCode, ProjectName = known.ProjectName, UnitCode = known.UnitCode, UnitName = known.UnitName,
            DepartmentCode = known.DepartmentCode, DepartmentName = known.DepartmentName,
        };
        form = (change ?? (f => f))(form);
        var report = await App.Get<FilingChecker>().RunAsync(filing, GoalFiling.Write(form), Ct);
        form = form with { Explanations = report.Findings.ToDictionary(f => f.Key, _ => "按实际工作安排测算。", StringComparer.Ordinal) };
        var answers = filing.OpenComments.ToDictionary(c => c.Number, _ => new AnswerDraft(answer, "已按实际情况核实。"));
        var saved = await App.Get<SaveDraft>().RunAsync(viewer, new DraftToSave(about.CaseId, about.Visit!.Value, 0, GoalFiling.Write(form), answers), Ct);
        NoticeOffice.Done(saved);
        NoticeOffice.Done(await App.Get<SubmitFiling>().RunAsync(viewer, new Submission(about.CaseId, about.Visit.Value, saved.Value.Version, Office.Command()), Ct));
    }

    /// <summary>The reviewer of the open step approves or returns.</summary>
    public async Task DecideAsync(string person, Project project, string outcome, params CommentDraft[] comments)
    {
        var about = await CaseAsync(project);
        NoticeOffice.Done(await App.Get<DecideReview>().RunAsync(
            await County.AsAsync(person),
            new ReviewDecision
            {
                CaseId = about.CaseId, Visit = about.Visit!.Value, CommandId = Office.Command(), Outcome = outcome, Text = outcome == "Approve" ? "同意。" : "请对照字段意见逐条修改后重新报送。",
                Reasons = outcome == "Approve" ? [] : ["TH02"], Due = outcome == "Approve" ? null : new DateOnly(2023, 10, 18), Comments = comments,
            },
            Ct));
    }

    /// <summary>The amount lowered, a goal in other words, an indicator changed, one more, one less: every mark of a difference.</summary>
    public static GoalFilingForm Mended(GoalFilingForm form) => form with
    {
        AnnualGoal = "为全县中小学配备驻校卫生专业技术人员42名，完成32400名学生健康体检并建档，学生常见病监测覆盖率不低于98%，建立服务台账和年度验收制度，按季考核承接单位，考核结果与付款挂钩。",
        Indicators =
        [
            .. form.Indicators.Where(r => r.Id != "4").Select(r => r.Id == "6" ? r with { Value = "99" } : r),
            SampleFiling.Row("9", "1", "13", "开学后人员到位天数", Platform.Indicators.IndicatorOperator.AtMost, "5", "工作日", 10),
        ],
    };

    public async Task<Visitor> SignedInAsync(string person)
    {
        var visitor = new Visitor(App.Address);
        return await visitor.SignedInAsync(County.UserNameOf(person), County.PasswordOf(person));
    }

    public ValueTask DisposeAsync() => Office.DisposeAsync();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;
}
