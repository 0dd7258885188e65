using AngleSharp.Html.Parser;
using Microsoft.AspNetCore.Components;
using PerfFlow.Platform.Ui;
using PerfFlow.Platform.Ui.Components;
using Xunit;

namespace PerfFlow.Tests.Ui;

/// <summary>Each part renders, says what it should, and keeps to the content policy.</summary>
public sealed class Components
{
    private static readonly RenderFragment Inside = b => b.AddContent(0, "内容");
    private static readonly IReadOnlyList<Choice> Choices = [new("a", "甲") { Detail = "后果" }, new("b", "乙") { WhyNot = "不可选：没有这个环节" }];
    private static readonly FormErrors Wrong = new(new FieldError("due", "是休息日"), new FieldError(null, "通知已经签发"));

    /// <summary>One ordinary use of every part; the word that must be in its HTML.</summary>
    public static TheoryData<string, string> Parts { get; } = new(Uses().Select(u => (u.Type.Name, u.Says)));

    [Theory]
    [MemberData(nameof(Parts))]
    public async Task Part_RendersWithinThePolicy(string name, string says)
    {
        var use = Uses().Single(u => u.Type.Name == name && u.Says == says);
        var html = await UiHost.RenderAsync(use.Type, use.With);

        Assert.Contains(says, html, StringComparison.Ordinal);
        var document = await new HtmlParser().ParseDocumentAsync(html, TestContext.Current.CancellationToken);
        Assert.Empty(document.QuerySelectorAll("[style], style, script:not([src])"));
        Assert.DoesNotContain(document.All.SelectMany(e => e.Attributes), a => a.Name.StartsWith("on", StringComparison.Ordinal));
        var ids = document.QuerySelectorAll("[id]").Select(e => e.Id).ToList();
        Assert.Equal(ids.Distinct(StringComparer.Ordinal).Count(), ids.Count);
        Assert.All(document.QuerySelectorAll("button:not(:has(*)), a[role=button]"), b => Assert.True(b.TextContent.Trim().Length > 0 || b.HasAttribute("aria-label"), b.OuterHtml));
    }

    [Fact]
    public void EveryPart_IsUsedHere()
    {
        var all = typeof(Icon).Assembly.GetTypes().Where(t => t.Namespace == typeof(Icon).Namespace && typeof(IComponent).IsAssignableFrom(t) && !t.IsAbstract);
        Assert.Empty(all.Except(Uses().Select(u => u.Type)).Select(t => t.Name));
    }

    [Fact]
    public async Task Field_WithError_IsLinkedFromTheSummaryAndDescribedByIt()
    {
        RenderFragment field = b =>
        {
            b.OpenComponent<DateField>(0);
            b.AddComponentParameter(1, nameof(DateField.Name), "due");
            b.AddComponentParameter(2, nameof(DateField.Label), "报送期限");
            b.CloseComponent();
        };
        var html = await UiHost.RenderAsync(typeof(PostForm), new() { ["Action"] = "/x", ["Errors"] = Wrong, ["ChildContent"] = field });
        var form = (await new HtmlParser().ParseDocumentAsync(html, TestContext.Current.CancellationToken)).QuerySelector("form")!;

        var input = form.QuerySelector("#f-due")!;
        Assert.Equal("true", input.GetAttribute("aria-invalid"));
        Assert.Equal("e-due h-due", input.GetAttribute("aria-describedby"));
        Assert.Equal("#f-due", form.QuerySelector("[role=alert] a")!.GetAttribute("href"));
        Assert.Contains("通知已经签发", form.QuerySelector("[role=alert]")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("f-due", form.QuerySelector("label")!.GetAttribute("for"));
    }

    [Theory]
    [InlineData(5, "", "calendar-due")]
    [InlineData(2, "soon", "hourglass")]
    [InlineData(0, "soon", "hourglass")]
    [InlineData(-1, "over", "alert-triangle")]
    public async Task Deadline_ChangesColourAndSign(int left, string look, string sign)
    {
        var html = await UiHost.RenderAsync(typeof(DeadlineChip), new() { ["Due"] = new DateOnly(2023, 10, 27), ["DaysLeft"] = left });
        Assert.Contains($"class=\"dl {look}", html, StringComparison.Ordinal);
        Assert.Contains("#" + sign, html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ForbiddenAct_StaysFocusableBesideItsReason()
    {
        var html = await UiHost.RenderAsync(typeof(ActButton), new() { ["Name"] = "submit", ["Text"] = "送审", ["Icon"] = "send", ["WhyNot"] = "错误 4 项" });
        Assert.Contains("aria-disabled=\"true\" aria-describedby=\"why-submit\"", html, StringComparison.Ordinal);
        Assert.Contains("id=\"why-submit\">错误 4 项", html, StringComparison.Ordinal);
        Assert.DoesNotContain("type=\"submit\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TextWithMarkup_IsEscaped()
    {
        var html = await UiHost.RenderAsync(typeof(DiffText), new() { ["Old"] = "<b>", ["New"] = "<script>alert(1)</script>" });
        Assert.DoesNotContain("<script>", html, StringComparison.Ordinal);
    }

    private static IEnumerable<(Type Type, string Says, Dictionary<string, object?> With)> Uses()
    {
        var at = new DateTimeOffset(2023, 10, 24, 17, 5, 0, TimeSpan.FromHours(8));
        yield return (typeof(Icon), "#inbox", new() { ["Name"] = "inbox" });
        yield return (typeof(StatusMark), "待归口审核", new() { ["Mark"] = Mark.Wait, ["Text"] = "待归口审核" });
        yield return (typeof(StatusMark), "逾", new() { ["Mark"] = Mark.Late, ["Bare"] = true });
        yield return (typeof(StatusStamp), "final", new() { ["Mark"] = Mark.Pass, ["Text"] = "终审通过", ["Detail"] = "绩效科", ["Final"] = true });
        yield return (typeof(DeadlineChip), "剩 2 个工作日 · 2023-10-27 到期", new() { ["Due"] = new DateOnly(2023, 10, 27), ["DaysLeft"] = 2, ["Box"] = true });
        yield return (typeof(DeadlineChip), "无期限", new() { ["Due"] = null, ["DaysLeft"] = 0 });
        yield return (typeof(RoundBadge), "第3轮", new() { ["Round"] = 3 });
        yield return (typeof(Moment), "2023-10-24 17:05", new() { ["At"] = at });
        yield return (typeof(PageHead), "待办", new() { ["Title"] = "待办", ["Sub"] = "18 个部门", ["Crumbs"] = new Crumb[] { new("审核", "/r"), new("待办") }, ["Actions"] = Inside });
        yield return (typeof(Toast), "取回", new() { ["Model"] = new ToastModel("已退回。") { ActText = "取回", ActHref = "/x" } });
        yield return (typeof(ConnectionBanner), "连接中断", []);
        yield return (typeof(PostForm), "内容", new() { ["Action"] = "/x", ["ChildContent"] = Inside, ["Command"] = Guid.Empty, ["Upload"] = true });
        yield return (typeof(ErrorSummary), "有 2 处需要修改", new() { ["Errors"] = Wrong });
        yield return (typeof(FieldRow), "内容", Field(("ChildContent", Inside), ("Help", "按 GB/T 9704")));
        yield return (typeof(TextField), "万元", Field(("Unit", "万元"), ("Required", true)));
        yield return (typeof(AreaField), "textarea", Field());
        yield return (typeof(DateField), "格式 2023-11-01", Field());
        yield return (typeof(SelectField), "<option value=\"a\" selected>", Field(("Choices", Choices), ("Empty", "不限")));
        yield return (typeof(OptionCards), "不可选：没有这个环节", Field(("Choices", Choices)));
        yield return (typeof(PickList), "checked", Field(("Choices", Choices), ("Values", new[] { "a" }), ("ShowCode", true), ("Value", Remove)));
        yield return (typeof(CheckField), "checked", Field(("Checked", true), ("Value", Remove)));
        yield return (typeof(HelpTip), "说明：权重", new() { ["About"] = "权重", ["ChildContent"] = Inside });
        yield return (typeof(ActionBar), "内容", new() { ["ChildContent"] = Inside, ["Lead"] = Inside });
        yield return (typeof(ActButton), "data-dialog=\"return\"", new() { ["Name"] = "r", ["Text"] = "退回", ["Icon"] = "corner-up-left", ["Dialog"] = "return", ["Key"] = "alt+r" });
        yield return (typeof(NumberCard), "本周到期", new() { ["Label"] = "本周到期", ["Value"] = "3", ["Href"] = "/x", ["Unit"] = "件", ["Mark"] = Mark.Edit });
        yield return (typeof(Hollow), "内容", new() { ["Icon"] = "inbox", ["Title"] = "空", ["Why"] = "原因", ["ChildContent"] = Inside });
        yield return (typeof(EmptyState), "没有待办", new() { ["Title"] = "没有待办", ["Why"] = "都已办完", ["ChildContent"] = Inside });
        yield return (typeof(NoHits), "现有条件：第3轮。不设条件时共 29 件。", new() { ["Conditions"] = "第3轮", ["Total"] = "29", ["ClearHref"] = "/x" });
        yield return (typeof(TabsWithCounts), "aria-current=\"page\"", new() { ["Label"] = "分类", ["Tabs"] = new Tab[] { new("全部", "/x", "29") { On = true }, new("逾期", "/y", "1") { Mark = Mark.Late } } });
        yield return (typeof(FilterBar), "高级筛选", new() { ["Action"] = "/x", ["ChildContent"] = Inside, ["More"] = Inside });
        yield return (typeof(FilterSelect), "不限", Field(("Choices", Choices)));
        yield return (typeof(SortHead), "aria-sort=\"descending\"", new() { ["Text"] = "期限", ["Href"] = "/x", ["Order"] = -1 });
        yield return (typeof(Pager), "下一页", new() { ["Total"] = "29", ["Next"] = "/x", ["Sizes"] = new[] { (20, "/a"), (50, "/b") }, ["Keys"] = true });
        yield return (typeof(BatchBar), "{sum}", new() { ["Summary"] = "{sum} 万元", ["ChildContent"] = Inside });
        yield return (typeof(Banner), "内容", new() { ["Kind"] = "bad", ["Title"] = "出错", ["ChildContent"] = Inside, ["Acts"] = Inside });
        yield return (typeof(HandledElsewhere), "吴某某已于 09:46 通过。", new() { ["Text"] = "吴某某已于 09:46 通过。", ["ResultHref"] = "/x" });
        yield return (typeof(SavedMark), "已自动保存 17:05", new() { ["At"] = at });
        yield return (typeof(ConfirmDialog), "<dialog", new() { ["Id"] = "return", ["Title"] = "退回修改", ["Action"] = "/x", ["ChildContent"] = Inside, ["Consequence"] = Inside, ["Mark"] = Mark.Back });
        yield return (typeof(Timeline), "pt bk", new() { ["Entries"] = new TimelineEntry[] { new(TimelineKind.ToCome, "复核") { When = "下一环节" }, new(TimelineKind.Returned, "退回", at) { Codes = ["XH01"], Said = "未量化", Who = "周某某" } } });
        yield return (typeof(CommentCard), "anc dis", new() { ["Number"] = 4, ["State"] = CommentState.Disputed, ["StateText"] = "有异议", ["Field"] = "满意度", ["Code"] = "XH05", ["Question"] = "核实", ["Answer"] = "实测", ["ChildContent"] = Inside });
        yield return (typeof(CommentAnchor), "意见 3，已答复", new() { ["Number"] = 3, ["State"] = CommentState.Answered, ["Href"] = "#comment-3" });
        yield return (typeof(CheckPanel), "错误 1", new() { ["Lines"] = new CheckLine[] { new("XH01", CheckLevel.Error, "表述笼统", "改为可衡量的值", "#f-x", "86号") }, ["Passed"] = 22, ["Source"] = "28 项" });
        yield return (typeof(DiffText), "<del>48</del>", new() { ["Old"] = "配备 48 名", ["New"] = "配备 42 名" });
        yield return (typeof(FieldChange), "class=\"was\"", new() { ["Old"] = "48", ["New"] = "42" });
        yield return (typeof(DiffMark), "增", new() { ["Kind"] = "a" });
        yield return (typeof(DiffHead), "较第1轮", new() { ["Since"] = "较第1轮", ["Changed"] = 7, ["Added"] = 2, ["Deleted"] = 1 });
        yield return (typeof(Skeleton), "aria-busy", new() { ["Text"] = "正在读取待办。" });
        yield return (typeof(PrintButton), "打印", []);
        yield return (typeof(Gauge), "width=\"44\"", new() { ["Percent"] = 62 });
        yield return (typeof(Ring), "完整度 91%", new() { ["Percent"] = 91 });
        yield return (typeof(MatrixCell), "2 项", new() { ["Mark"] = Mark.Back, ["Value"] = "2 项", ["Href"] = "/x" });
        yield return (typeof(MatrixCell), "未到", []);
        yield return (typeof(Segments), "终审 24，审核中 44", new() { ["Parts"] = new Segment[] { new(Mark.Pass, "终审", 24), new(Mark.Wait, "审核中", 44) } });
        yield return (typeof(Legend), "逾", new() { ["Marks"] = new[] { Mark.Late } });
    }

    private static readonly object Remove = new();

    private static Dictionary<string, object?> Field(params (string Name, object? Value)[] more)
    {
        var all = new Dictionary<string, object?>(StringComparer.Ordinal) { ["Name"] = "x", ["Label"] = "名称", ["Value"] = "a" };
        foreach (var (name, value) in more)
        {
            all[name] = value;
        }

        foreach (var gone in all.Where(p => p.Value == Remove || (p.Key == "Value" && more.Any(m => m.Name == "ChildContent"))).Select(p => p.Key).ToList())
        {
            all.Remove(gone);
        }

        return all;
    }
}
