// SPDX-License-Identifier: LGPL-2.1-or-later
// gmsh -2 -format msh41 strip_two_regions.geo -o strip_two_regions.msh        (mm)
SetFactory("Built-in");
Point(1) = {0, 0, 0}; Point(2) = {4, 0, 0}; Point(3) = {4, 0.5, 0}; Point(4) = {0, 0.5, 0};
Point(5) = {4, 1, 0}; Point(6) = {0, 1, 0};
Line(1) = {1, 2}; Line(2) = {2, 3}; Line(3) = {3, 4}; Line(4) = {4, 1};
Line(5) = {3, 5}; Line(6) = {5, 6}; Line(7) = {6, 4};
Curve Loop(1) = {1, 2, 3, 4}; Plane Surface(1) = {1};
Curve Loop(2) = {-3, 5, 6, 7}; Plane Surface(2) = {2};
Transfinite Curve {1, 3, 6} = 17;
Transfinite Curve {2, 4, 5, 7} = 3;
Transfinite Surface {1, 2};
Recombine Surface {1, 2};
Physical Curve("west") = {4, 7};
Physical Curve("east") = {2, 5};
Physical Surface("lower") = {1};
Physical Surface("upper") = {2};
