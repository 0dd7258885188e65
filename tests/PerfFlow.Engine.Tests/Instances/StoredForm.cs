using FsCheck;
using FsCheck.Fluent;
using PerfFlow.Engine.Instances;

namespace PerfFlow.Engine.Tests.Instances;

public class StoredForm
{
    private static readonly DateTimeOffset Due = new(2026, 3, 31, 12, 0, 0, 123, TimeSpan.FromHours(8));

    private static CaseRun InReview() => new CaseRun(Shipped.GoalFiling)
        .Start(("due", Due), ("needsDepartment", true), ("needsPerformanceReview", true)).Complete("fill", "Submit");

    [Fact]
    public void ReadAndWritten_IsTheSame()
    {
        var bytes = InstanceCodec.Write(InReview().Instance!);

        var read = InstanceCodec.Read(Shipped.GoalFiling, bytes);

        Assert.Equal(bytes, InstanceCodec.Write(read));
        Assert.Equal((InstanceStatus.Running, 2, 2, true), (read.Status, read.Revision, read.LastVisit, read.Submitted));
        Assert.Equal(InReview().Instance!.OpenVisits, read.OpenVisits);
        Assert.Equal(new object?[] { true, true, true, Facts.Of(("outcome", "Submit")) }, read.Variables.OrderBy(pair => pair.Key == "decision").Select(pair => pair.Value));
    }

    [Fact]
    public void FirstByte_IsTheFormat()
    {
        var bytes = InstanceCodec.Write(InReview().Instance!);
        Assert.Equal(1, bytes[0]);

        bytes[0] = 9;
        Assert.Throws<InvalidDataException>(() => InstanceCodec.Read(Shipped.GoalFiling, bytes));
    }

    [Fact]
    public void DamagedBytes_AreReadOrRefused() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(3000),
        Prop.ForAll<NonNegativeInt, byte, NonNegativeInt>((place, value, cut) =>
        {
            var bytes = InstanceCodec.Write(InReview().Instance!);
            bytes[place.Get % bytes.Length] = value;
            return Record.Exception(() => InstanceCodec.Read(Shipped.GoalFiling, bytes.AsSpan(0, bytes.Length - (cut.Get % 3)))) is null or InvalidDataException;
        }));

    [Fact]
    public void ValuesOfEveryKind_Survive()
    {
        var facts = Facts.Of(
            ("text", "目标 \u0000 😀"), ("yes", true), ("no", false), ("nothing", null), ("whole", long.MaxValue), ("negative", -5), ("least", long.MinValue),
            ("real", 0.1), ("instant", Due), ("utc", Due.ToUniversalTime()), ("list", new object?[] { 1, "a", null, Facts.Of(("deep", 2.5)) }), ("empty", Facts.Empty));
        var run = new CaseRun(Activities.Draw.Workflow(
            Activities.Draw.Sequence(Activities.Draw.Set("all", "getInput('all')"), Activities.Draw.Task("t"), Activities.Draw.Do("SetOutput", "o", ("outputName", "all"), ("outputValue", Activities.Draw.Js("getAll()")))),
            ("all", "Object", null))).Start(("all", facts));

        Assert.Equal(facts, run.Complete("t", "").Instance!.Outputs["all"]);
    }
}
