using PerfFlow.Engine.Definitions;
using PerfFlow.Engine.Simulation;

namespace PerfFlow.Engine.Tests.Elsa;

/// <summary>
/// Definitions of our own in Elsa 3 format, one for each thing that Elsa's meaning decides, with the lines that it gives: loops, joins,
/// merge modes with and without an untaken branch, ends, faults, children that are waited for or not, their inputs, outputs and outcomes.
/// They need nothing but this repository; <see cref="ElsaDefinitions"/> runs Elsa's own files beside them.
/// </summary>
public class OwnDefinitions
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Elsa", "Definitions");

    private static readonly IReadOnlyList<(string File, DefinitionLoad Load)> Loads = Read();

    /// <summary>The files that others run.</summary>
    private static readonly string[] Children = ["assess-unit", "child-consult", "child-correlated", "child-item", "child-scores", "child-told", "child-waits"];

    public static TheoryData<string, string, string> Runs => new()
    {
        { "goal-noted", "绩效目标已登记", "Finished" },
        // A way back is followed at once; the second round is a round like the first.
        { "indicator-mended", "核对指标|退回补正|核对指标|指标入库", "Finished" },
        // FlowJoin: all; the first, which ends what still waits; those that are active; joins before a join; branches of different length.
        { "opinions-all", "征求意见|主管部门意见|归口科室意见|意见汇总", "Finished" },
        { "opinions-any", "征求意见|主管部门意见|意见汇总", "Finished" },
        { "opinions-active", "征求意见|主管部门意见|归口科室意见|意见汇总", "Finished" },
        { "opinions-any-of-joins", "征求意见|意见汇总", "Finished" },
        { "opinions-of-fork", "主管部门意见|归口科室意见|归口科室复核|意见汇总", "Finished" },
        { "once-after-parallel", "甲组评价|乙组评价|丙组评价|汇总一次", "Finished" },
        // Merge modes where one branch is not taken: Merge and Converge wait for it for ever.
        { "spot-check-none", "抽评打分|抽评报告", "Finished" },
        { "spot-check-stream", "抽评打分|抽评报告", "Finished" },
        { "spot-check-merge", "抽评打分", "Suspended" },
        { "spot-check-converge", "抽评打分", "Suspended" },
        { "spot-check-cascade", "抽评打分|抽评报告", "Finished" },
        { "spot-check-race", "抽评打分|抽评报告", "Finished" },
        // … and where both are: once for both, or for the first alone, which Cascade lets swallow the other as Elsa's source does.
        { "joint-review-none", "科室会审|部门会审|会审结论", "Finished" },
        { "joint-review-stream", "科室会审|部门会审|会审结论", "Finished" },
        { "joint-review-merge", "科室会审|部门会审|会审结论", "Finished" },
        { "joint-review-converge", "科室会审|部门会审|会审结论", "Finished" },
        { "joint-review-cascade", "科室会审|部门会审|会审结论", "Finished" },
        { "joint-review-race", "部门会审|会审结论", "Finished" },
        { "route-merged", "局领导审批|批复下达", "Finished" },
        { "switch-any", "抄送预算科|抄送国库科", "Finished" },
        // End stops its flowchart, Finish the whole case, a fault stays as an incident.
        { "ends-at-once", "项目撤销|继续办理", "Finished" },
        { "finishes-case", "事项作废", "Finished" },
        { "fault-kept", "核对资金", "Faulted" },
        // Children: waited for or not, executed or dispatched.
        { "parent-waits", "审核：会商之前|会商：开始|审核：会商之后", "Finished" },
        { "parent-goes-on", "审核：会商之前|会商：开始|审核：会商之后", "Finished" },
        { "parent-dispatches", "审核：会商之前|审核：会商之后|会商：开始", "Finished" },
        { "parent-dispatches-waits", "审核：会商之前|会商：开始|审核：会商之后", "Finished" },
        { "parent-of-waiting", "审核：会商之前|会商：等待", "Suspended" },
        // What goes in and what comes back.
        { "parent-tells", "审核：会商之前|会商收到：指标值偏低|审核：会商之后", "Finished" },
        { "parent-captures", "审核：会商之前|会商评分：92|审核收到：92", "Finished" },
        { "parent-dispatch-captures", "审核：会商之前|会商评分：92|审核收到：92", "Finished" },
        { "parent-bulk", "审核：逐项会商|会商：预算|会商：采购|审核：会商完毕", "Finished" },
        { "parent-correlates", "审核：会商之前|会商编号：2024-007|审核：会商之后", "Finished" },
        // A workflow as an activity: a literal or an input goes in, an output comes back, its outcome chooses the way.
        { "grading-literal", "评级开始|评级收到：95|通报表扬：优", "Finished" },
        { "grading-input", "评级开始|评级收到：60|存档：中", "Finished" },
    };

    [Theory]
    [MemberData(nameof(Runs))]
    public void Run_GivesTheLinesOfElsasMeaning(string name, string lines, string subStatus)
    {
        var result = Run(name);

        Assert.Equal(lines, string.Join('|', result.Lines));
        Assert.Equal(subStatus, result.SubStatus);
    }

    [Fact]
    public void EveryFile_IsRun() =>
        Assert.Equal(Loads.Select(each => each.File), Runs.Select(row => row.Data.Item1).Concat(Children).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));

    [Fact]
    public void ChildThatWaits_IsGoneOnWith_AndTheParentAfterIt()
    {
        var result = Run("parent-of-waiting", ("meet", Facts.Empty));

        Assert.Equal("审核：会商之前|会商：等待|会商：结束|审核：会商之后", string.Join('|', result.Lines));
        Assert.Equal("Finished", result.SubStatus);
    }

    [Theory]
    [InlineData("grading-literal", "优")]
    [InlineData("grading-input", "中")]
    public void OutputOfAChild_BecomesOutputOfTheParent(string name, string grade) => Assert.Equal(Facts.Of(("Result", grade)), Run(name).Outputs);

    [Fact]
    public void Fault_KeepsItsMessage() => Assert.Equal("申请资金超过控制数", Assert.Single(Run("fault-kept").Incidents).Message);

    [Fact]
    public void OtherDecision_TakesTheOtherWay() => Assert.Equal("科室审批|批复下达", string.Join('|', Run("route-merged", Facts.Of(("amount", 100L))).Lines));

    private static SimulationResult Run(string name, params (string, Facts)[] completions) => Run(name, Facts.Of(("amount", 600L), ("Points", 60L)), completions);

    private static SimulationResult Run(string name, Facts input, params (string, Facts)[] completions)
    {
        var load = Loads.Single(each => each.File == name).Load;
        Assert.Empty(load.Errors);
        return WorkflowSimulation.Run(load.Definition!, [.. Loads.Select(each => each.Load.Definition!)], input, completions, Shipped.Morning);
    }

    private static IReadOnlyList<(string File, DefinitionLoad Load)> Read()
    {
        var files = Directory.EnumerateFiles(Folder, "*.json").OrderBy(path => Path.GetFileNameWithoutExtension(path), StringComparer.Ordinal).ToList();
        var loads = DefinitionLoader.LoadAll([.. files.Select(file => (file, new ReadOnlyMemory<byte>(File.ReadAllBytes(file))))]);
        return [.. files.Zip(loads, (file, load) => (Path.GetFileNameWithoutExtension(file), load))];
    }
}
