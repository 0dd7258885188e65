using Xunit;

namespace PerfFlow.Tests.Intake;

public sealed class OldWorkbookTests
{
    private static object?[][] Rows(params (string Key, object? Value)[] changes) =>
        [["绩效指标（单位：万元）"], Workbooks.Header("indicator"), Workbooks.Row("indicator", LayoutReadingTests.Titles(Workbooks.Indicator()), changes)];

    [Fact]
    public void Xls_IsReadLikeXlsx()
    {
        var reply = Workbooks.Read(XlsFile.Write("绩效指标", Rows(("target", 12.0))));

        Assert.Null(reply.Refusal);
        Assert.Equal("xls", reply.Kind);
        Assert.Equal(["layout.sheet_missing"], reply.Reading!.Faults.Select(f => f.Code));
        Assert.Equal(Workbooks.Indicator(), reply.Reading.Document.Sheet("indicator")!.Rows[0].Values);
    }

    [Fact]
    public void FormulaWhereDataIsDue_IsReported()
    {
        var reply = Workbooks.Read(XlsFile.Write("绩效指标", Rows(("weight", "=1+1"))));
        Assert.Contains(reply.Reading!.Faults, f => f.Code == "layout.formula" && f.Place!.Value.Reference == "I3");
    }

    [Theory]
    [InlineData("_VBA_PROJECT_CUR", "doc.macros")]
    [InlineData("EncryptedPackage", "doc.encrypted")]
    [InlineData("MBD0001", "doc.embedded")]
    public void StreamThatDoesNotBelong_IsRefused(string stream, string code) =>
        Assert.Equal(code, Workbooks.Read(XlsFile.Write("绩效指标", Rows(), stream)).Refusal);

    public static TheoryData<int, byte[], string> Records => new()
    {
        { 0x002F, [1, 0, 1, 0, 1, 0], "doc.encrypted" },
        { 0x0085, [0, 0, 0, 0, 0, 1, 1, 0, (byte)'m'], "doc.macros" },
        { 0x01AE, [1, 0, 4, 0, 0, 1, 0, (byte)'x', (byte)'.', (byte)'x'], "doc.external_links" },
    };

    [Theory]
    [MemberData(nameof(Records), DisableDiscoveryEnumeration = true)]
    public void RecordThatDoesNotBelong_IsRefused(int id, byte[] data, string code) =>
        Assert.Equal(code, Workbooks.Read(XlsFile.Write("绩效指标", Rows(), null, (id, data))).Refusal);
}
