using PerfFlow.Platform.Organisation;

namespace PerfFlow.Platform.Demo;

/// <summary>The people of the demo county: a surname and 某某, as placeholders are written.</summary>
internal static class DemoPeople
{
    private const string Surnames = "陈林周李王张徐叶吴刘朱季夏郑黄胡杨蒋金厉留孙邱邹洪潘詹裘舒单项罗邵章尹虞何程";

    /// <summary>The same login always has the same name.</summary>
    public static string NameOf(string login)
    {
        var sum = login.Aggregate(17, (total, c) => ((total * 31) + c) % 1_000_003);
        return Surnames[sum % Surnames.Length] + "某某";
    }

    /// <summary>
    /// Clerk and head of each body that files, a reviewer of each department with a filing unit or a project to evaluate, and
    /// the bureau's people.
    /// </summary>
    public static IReadOnlyList<DemoPerson> Of(IReadOnlyList<DemoBody> bodies, string bureau, IReadOnlyList<string> evaluating)
    {
        var people = new List<DemoPerson>();
        foreach (var body in bodies)
        {
            switch (body.Kind)
            {
                case BodyKind.Department or BodyKind.Town or BodyKind.Unit:
                    Add("clerk" + body.Code, body.Code, Roles.Unit);
                    Add("head" + body.Code, body.Code, Roles.UnitHead);
                    break;
                case BodyKind.Section:
                    Add("section" + body.Code[^1] + "a", body.Code, Roles.Section);
                    Add("section" + body.Code[^1] + "b", body.Code, Roles.Section);
                    break;
            }
        }

        foreach (var department in bodies.Where(b => b.Kind == BodyKind.Unit).Select(b => b.ParentCode!).Concat(evaluating).Distinct(StringComparer.Ordinal))
        {
            Add("dept" + department, department, Roles.Department);
        }

        Add("performance1", bureau, Roles.Performance);
        Add("performance2", bureau, Roles.Performance);
        Add("budget", bureau, Roles.Budget);
        Add("leader", bureau, Roles.Leader);
        Add("admin", bureau, Roles.Administrator);
        return people;

        void Add(string login, string body, string role) => people.Add(new DemoPerson(login, NameOf(login), body, role));
    }
}
